import { format } from "node:util";

const methods = ["log", "info", "warn", "error", "debug"] as const;

/** The program runs in this process: what it prints must not tear the repainted lines or the JSON apart. */
export function captureConsole(say: (line: string) => void): () => void {
  const before = methods.map((method) => [method, console[method]] as const);
  for (const method of methods) console[method] = (...values: unknown[]) => say(format(...values));
  return () => {
    for (const [method, original] of before) console[method] = original;
  };
}
