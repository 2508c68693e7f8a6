/** The JSON lines that pull, push and load answer with. HTTP says 200 before the work begins, so errors stand inside. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { TransferProgress } from "./docker-engine";

/** Reads to the end. @throws what `failure` makes of the first error line. */
export async function readTransfer(
  body: Readable,
  failure: (message: string) => Error,
  progress: (line: TransferProgress) => void = () => undefined,
): Promise<void> {
  let problem: string | undefined;
  for await (const line of linesOf(body)) {
    const { error, report } = readTransferLine(line);
    problem ??= error;
    if (report !== undefined) progress(report);
  }
  if (problem !== undefined) throw failure(problem);
}

export function readTransferLine(line: string): { readonly error?: string; readonly report?: TransferProgress } {
  const value = asObject(line);
  const detail = asObject(value.errorDetail);
  const error = text(detail.message) ?? text(value.error);
  if (error !== undefined) return { error };
  const status = (text(value.status) ?? text(value.stream) ?? "").trim();
  // The containerd image store reports a failed unpack as an ordinary line.
  if (/^Error unpacking/i.test(status)) return { error: status };
  const digest = text(asObject(value.aux ?? {}).Digest);
  if (digest !== undefined) return { report: { status, digest } };
  if (status === "") return {};
  const { current, total } = asObject(value.progressDetail);
  return {
    report: {
      status,
      ...(text(value.id) === undefined ? {} : { layer: String(value.id) }),
      ...(typeof current === "number" ? { current } : {}),
      ...(typeof total === "number" ? { total } : {}),
    },
  };
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.write(chunk as Buffer)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line.trim() !== "");
  }
  if (rest.trim() !== "") yield rest;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  if (typeof value !== "string") return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : { error: value };
  } catch {
    return { error: `unreadable line from the engine: ${value.slice(0, 200)}` };
  }
}
