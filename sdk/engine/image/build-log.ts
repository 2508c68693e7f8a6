/**
 * What a build says, line by line: BuildKit's plain progress (docker with BuildKit built in, buildx) and the classic builder's
 * "Step 2/5". Keeps the last lines of each step, so that a failure can show the step that failed and what it said.
 */
export interface BuildLog {
  add(line: string): void;
  /** The step that is running: `[build 5/7] RUN make`. */
  readonly step: string | undefined;
  /** The step that failed, as far as the output names one, else the last one. */
  readonly failedStep: string | undefined;
  /** Last lines of that step, without the frame around them. */
  readonly lastLines: readonly string[];
}

interface Step {
  name: string;
  readonly lines: string[];
}

const KEPT_LINES = 20;
const VERTEX = /^#(\d+) (.*)$/;
const TIMED = /^\d+\.\d+ ?(.*)$/;
const CLASSIC_STEP = /^Step (\d+\/\d+) : (.*)$/;
/** BuildKit's own lines about a step, which say nothing about why it failed. */
const FRAME =
  /^(sha256:[0-9a-f]{64}|DONE [\d.]+s|CACHED|\.\.\.|resolve .*|extracting .*|transferring .*|naming to .*|exporting .*)/;

export function createBuildLog(secretValues: readonly string[] = []): BuildLog {
  const hidden = secretValues.flatMap((value) => value.split(/\r?\n/)).filter((line) => line.length >= 4);
  const steps = new Map<string, Step>();
  const unframed: Step = { name: "", lines: [] };
  let current = unframed;
  let failed: Step | undefined;

  const vertex = (number: string, text: string): void => {
    const step = steps.get(number);
    if (step === undefined) {
      current = { name: text, lines: [] };
      steps.set(number, current);
      return;
    }
    current = step;
    if (/^ERROR\b/.test(text)) {
      failed = step;
      keep(step, text);
    } else if (!FRAME.test(text)) keep(step, TIMED.exec(text)?.[1] ?? text);
  };

  return {
    add: (raw) => {
      const line = redacted(raw.replace(ANSI, "").trimEnd(), hidden);
      const [, number, text] = VERTEX.exec(line) ?? [];
      const classic = CLASSIC_STEP.exec(line);
      if (number !== undefined && text !== undefined) vertex(number, text);
      else if (classic !== null) current = { name: `[${classic[1]}] ${classic[2]}`, lines: [] };
      else if (line.trim() !== "") keep(steps.size > 0 ? unframed : current, line);
    },
    get step() {
      return current.name === "" ? undefined : current.name;
    },
    get failedStep() {
      const name = (failed ?? (steps.size > 0 ? undefined : current))?.name;
      return name === undefined || name === "" ? undefined : name;
    },
    get lastLines() {
      const step = failed ?? (steps.size > 0 ? unframed : current);
      return step.lines.length > 0 ? step.lines : unframed.lines;
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of.
const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g;

function keep(step: Step, line: string): void {
  if (line.trim() === "") return;
  step.lines.push(line);
  if (step.lines.length > KEPT_LINES) step.lines.shift();
}

function redacted(line: string, hidden: readonly string[]): string {
  return hidden.reduce((text, value) => text.replaceAll(value, "***"), line);
}
