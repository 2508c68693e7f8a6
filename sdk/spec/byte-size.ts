/** `"512m"`, `"1.5g"`, `"64MiB"` or a number of bytes. As Docker reads it: every unit is a power of 1024, case does not matter. */
import { leaf } from "./read";

const UNITS = ["b", "k", "m", "g", "t", "p"];

/** Bytes, or undefined when the text is no size. A fraction of a byte is cut off, as Docker does. */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(?:([bkmgtp])|([kmgtp])i?b)?$/i.exec(text);
  if (match === null) return undefined;
  const unit = (match[2] ?? match[3] ?? "b").toLowerCase();
  const bytes = Math.floor(Number(match[1]) * 1024 ** UNITS.indexOf(unit));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest text that parses to exactly these bytes: 536870912 → `512m`. */
export function formatByteSize(bytes: number): string {
  let unit = 0;
  let count = bytes;
  while (count > 0 && count % 1024 === 0 && unit < UNITS.length - 1) {
    count /= 1024;
    unit += 1;
  }
  return `${count}${UNITS[unit]}`;
}

export const byteSize = leaf('a size such as "512m" or a number of bytes', (value) => {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  return typeof value === "string" ? parseByteSize(value) : undefined;
});
