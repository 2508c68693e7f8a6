/** Requests and replies with an attached mover: one JSON object per line. */
import type { Readable, Writable } from "node:stream";

export type Line = Readonly<Record<string, unknown>>;

export interface MoverLines {
  /** Answered by the line that carries the same id. Rejects when the mover ends first. `write` wraps the line where stdin is no plain text. */
  ask(request: Line, write?: (line: string) => void): Promise<Line>;
  /** Settles when the mover's output ended. */
  readonly ended: Promise<void>;
}

/** `lost` makes the error for requests that were never answered; `onOther` gets the lines that answer none. */
export function moverLines(
  stdin: Writable,
  output: Readable,
  lost: () => Error,
  onOther: (line: Line) => void = () => undefined,
): MoverLines {
  const waiting = new Map<number, { resolve(line: Line): void; reject(error: Error): void }>();
  let nextId = 1;
  let over = false;
  const ended = readLines(output, (line) => {
    const id = Number(line.id);
    const asker = waiting.get(id);
    if (asker === undefined) onOther(line);
    else asker.resolve(line);
    waiting.delete(id);
  }).then(() => {
    over = true;
    for (const { reject } of waiting.values()) reject(lost());
    waiting.clear();
  });
  stdin.on("error", () => undefined); // shows as the end of the output
  return {
    ended,
    ask(request, write = (line) => void stdin.write(`${line}\n`)) {
      if (over) return Promise.reject(lost());
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        write(JSON.stringify({ ...request, id }));
      });
    },
  };
}

/** Calls back with each line that is a JSON object; settles at the end, however it comes. */
export async function readLines(stream: Readable, onLine: (line: Line) => void): Promise<void> {
  let rest: Buffer[] = [];
  try {
    for await (const chunk of stream) {
      let bytes = chunk as Buffer;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        const line = Buffer.concat([...rest, bytes.subarray(0, end)]).toString("utf8");
        rest = [];
        bytes = bytes.subarray(end + 1);
        if (line.startsWith("{")) onLine(JSON.parse(line) as Line);
      }
      rest.push(bytes);
    }
  } catch {
    // A cut connection is an end like any other here: what was not answered is lost.
  }
}
