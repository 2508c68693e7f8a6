import { ansiPaint, plainPaint } from "../../../sdk/cli/render/paint";
import { paintFor } from "../../../sdk/cli/terminal/process-terminal";

describe("colours", () => {
  it.each<[string, boolean, Record<string, string>, boolean]>([
    ["are for terminals", true, {}, true],
    ["are not for pipes", false, {}, false],
    ["are none with NO_COLOR, whatever it says, also against FORCE_COLOR", true, { NO_COLOR: "0", FORCE_COLOR: "1" }, false],
    ["are not switched off by an empty NO_COLOR", true, { NO_COLOR: "" }, true],
    ["are none on a dumb terminal", true, { TERM: "dumb" }, false],
    ["can be forced into a pipe", false, { FORCE_COLOR: "1" }, true],
  ])("%s", (_, tty, env, colours) => {
    expect(paintFor(tty, env)).toBe(colours ? ansiPaint : plainPaint);
  });
});
