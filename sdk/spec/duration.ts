/** `"30s"`, `"1m30s"`, `"1.5h"`, `"200ms"`: Compose's and Go's notation. Inside, whole milliseconds. A bare number is refused: nobody knows its unit. */
import { leaf } from "./read";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PARTS = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Milliseconds, or undefined when the text is no duration or not a whole number of milliseconds. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = [...text.matchAll(PARTS)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) return undefined;
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS], 0);
  const whole = Math.round(total);
  return Math.abs(total - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : undefined;
}

/** The shortest text that parses to the same duration: 90000 → `1m30s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  let rest = milliseconds;
  let text = "";
  for (const unit of ["h", "m", "s", "ms"] as const) {
    const count = Math.floor(rest / UNIT_MS[unit]);
    rest -= count * UNIT_MS[unit];
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}

export const duration = leaf('a duration such as "30s" or "1m30s"', (value) =>
  typeof value === "string" ? parseDuration(value) : undefined,
);
