import { leaf } from "./read";

/** Octal digits, `"0644"`. A number is refused: 644 and 0o644 are easily mixed up. */
export const fileMode = leaf('a mode in octal digits such as "0644"', (value) =>
  typeof value === "string" && /^[0-7]{3,4}$/.test(value) ? value.padStart(4, "0") : undefined,
);
