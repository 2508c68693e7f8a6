import { plainPaint } from "../../../sdk/cli/render/paint";
import type { Terminal } from "../../../sdk/cli/terminal/terminal";

export interface FakeTerminal extends Terminal {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly questions: string[];
  /** Presses Ctrl-C. */
  interrupt(): void;
  readonly abandoned: number[];
}

export function fakeTerminal(
  options: { cwd?: string; env?: Record<string, string>; answers?: string[]; interactive?: boolean } = {},
): FakeTerminal {
  const written = { out: "", err: "" };
  const answers = [...(options.answers ?? [])];
  const handlers = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  const questions: string[] = [];
  const abandoned: number[] = [];
  return {
    env: options.env ?? {},
    cwd: options.cwd ?? "/nowhere",
    program: ["/usr/bin/node", "/usr/bin/dray"],
    interactive: options.interactive ?? answers.length > 0,
    repaintable: false,
    paint: plainPaint,
    errorPaint: plainPaint,
    size: () => ({ columns: 80, rows: 24 }),
    streams: process,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    ask: async (question) => {
      questions.push(question);
      return answers.shift();
    },
    exitCode: 0,
    onInterrupt: (handler) => {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    abandon: (code) => void abandoned.push(code),
    stdout: () => written.out,
    stderr: () => written.err,
    questions,
    interrupt: () => {
      for (const handler of handlers) handler("SIGINT");
    },
    abandoned,
  };
}
