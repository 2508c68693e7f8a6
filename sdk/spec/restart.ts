/** Compose: `restart`. `on-failure:5` gives up after five tries. */
import { leaf } from "./read";
import { isUnknown, UNKNOWN } from "./unknown";

export type RestartInput = "no" | "always" | "unless-stopped" | "on-failure" | `on-failure:${number}`;

export interface RestartSpec {
  /** Docker's names. */
  readonly name: "no" | "always" | "unless-stopped" | "on-failure";
  /** Only for on-failure; 0 = no limit. */
  readonly maximumRetries: number;
}

export const restart = leaf(
  "'no', 'always', 'unless-stopped', 'on-failure' or 'on-failure:3'",
  (value): RestartSpec | undefined => {
    const match = /^(no|always|unless-stopped|on-failure)(?::(\d+))?$/.exec(typeof value === "string" ? value : "");
    const name = match?.[1] as RestartSpec["name"] | undefined;
    if (name === undefined || (match?.[2] !== undefined && name !== "on-failure")) return undefined;
    return { name, maximumRetries: Number(match?.[2] ?? 0) };
  },
);

/** The policy read, or the default of a service; an unknown policy becomes a policy with an unknown name. */
export function restartOr(read: RestartSpec | undefined, fallback: RestartSpec["name"]): RestartSpec {
  if (isUnknown(read)) return { name: UNKNOWN as RestartSpec["name"], maximumRetries: 0 };
  return read ?? { name: fallback, maximumRetries: 0 };
}
