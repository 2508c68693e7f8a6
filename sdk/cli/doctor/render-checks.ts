import type { Paint } from "../render/paint";
import { pad } from "../render/table";
import type { Checked } from "./run-checks";

/** One line each; a failed one is followed by the command to type. */
export function renderCheck(checked: Checked, paint: Paint): string {
  const mark = checked.ok ? paint.green("✓") : paint.red("✗");
  const time = paint.dim(`${checked.seconds.toFixed(1)} s`.padStart(8));
  const line = `${mark} ${pad(checked.name, 16)}${time}  ${checked.detail}`;
  return checked.hint === undefined ? line : `${line}\n    ${paint.yellow(checked.hint)}`;
}
