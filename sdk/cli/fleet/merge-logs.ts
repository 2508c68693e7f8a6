/** Log streams of several containers as one sequence of lines. */
import type { Readable } from "node:stream";

export interface LogLine {
  readonly source: string;
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 with nanoseconds, as Docker gives it; "" when not asked for. */
  readonly time: string;
  readonly text: string;
}

/** Splits a line that Docker has put its timestamp before. */
export function parseLogLine(line: string, source: string, stream: LogLine["stream"]): LogLine {
  const end = line.indexOf(" ");
  const stamp = end < 0 ? line : line.slice(0, end);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(stamp)) return { source, stream, time: "", text: line };
  return { source, stream, time: stamp, text: end < 0 ? "" : line.slice(end + 1) };
}

/** Oldest first. Lines without a time stay behind the line before them. Docker writes nanoseconds without trailing zeros cut. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  const keyed = lines.map((line, at) => ({ line, at, time: line.time }));
  const last = new Map<string, string>();
  for (const it of keyed) {
    const id = `${it.line.source}\u0000${it.line.stream}`;
    if (it.time === "") it.time = last.get(id) ?? "";
    last.set(id, it.time);
  }
  return keyed.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.at - b.at)).map((it) => it.line);
}

/** Calls back for each whole line, and for a last one without an end. */
export async function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    let bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      onLine(bytes.subarray(0, end).toString("utf8").replace(/\r$/, ""));
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
  if (rest.length > 0) onLine(rest.toString("utf8"));
}

/** `90`, `10m`, `2h`, `1d` back from now, or an ISO time; in seconds since 1970. undefined = not understood. */
export function parseSince(text: string, nowMs: number): number | undefined {
  const span = /^(\d+)(s|m|h|d)?$/.exec(text);
  if (span !== null) {
    const seconds = Number(span[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[(span[2] ?? "s") as "s" | "m" | "h" | "d"];
    return Math.floor(nowMs / 1000 - seconds);
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}
