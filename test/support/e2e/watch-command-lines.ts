/** Collects every command line that any process of this machine has while it watches; processes of lab hosts are among them. */
import { readdirSync, readFileSync } from "node:fs";

export interface CommandLines {
  /** All that were seen, each once. */
  stop(): string[];
}

export function watchCommandLines(everyMilliseconds = 20): CommandLines {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc")) if (/^\d+$/.test(pid)) seen.add(commandLineOf(pid));
  };
  look();
  const timer = setInterval(look, everyMilliseconds);
  return {
    stop() {
      clearInterval(timer);
      return [...seen];
    },
  };
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
