import { createInterface } from "node:readline";
import { ansiPaint, type Paint, plainPaint } from "../render/paint";
import type { Terminal } from "./terminal";

export function processTerminal(): Terminal {
  const { env, stdin, stdout, stderr } = process;
  return {
    env,
    cwd: process.cwd(),
    program: [process.execPath, ...process.argv.slice(1, 2)],
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    repaintable: stderr.isTTY === true && env.TERM !== "dumb" && !env.CI,
    paint: paintFor(stdout.isTTY === true, env),
    errorPaint: paintFor(stderr.isTTY === true, env),
    // A terminal that does not tell its size says 0.
    size: () => ({ columns: stderr.columns || 100, rows: stderr.rows || 24 }),
    streams: { stdin, stdout, stderr },
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ask,
    exitCode: 0,
    onInterrupt,
    abandon: (exitCode) => process.exit(exitCode),
  };
}

/** NO_COLOR (any value) and TERM=dumb switch colours off, FORCE_COLOR on. */
export function paintFor(tty: boolean, env: Terminal["env"]): Paint {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return plainPaint;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "") return ansiPaint;
  return tty && env.TERM !== "dumb" ? ansiPaint : plainPaint;
}

function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    let answered = false;
    lines.question(question, (answer) => {
      answered = true;
      lines.close();
      resolve(answer.trim());
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      if (!answered) resolve(undefined);
    });
  });
}

function onInterrupt(handler: (signal: "SIGINT" | "SIGTERM") => void): () => void {
  const interrupt = () => handler("SIGINT");
  const terminate = () => handler("SIGTERM");
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
  };
}
