/**
 * Docker's framing of attach, exec and logs without a terminal: [stream, 0, 0, 0, length as 32 bit big-endian] payload.
 * Payloads are passed on as slices of what arrived, never copied or collected; a slow reader pauses the source.
 */
import { Readable } from "node:stream";

export interface OutputStreams {
  readonly stdout: Readable;
  readonly stderr: Readable;
}

export interface OutputOptions {
  /** The stream has no frames: everything is stdout. */
  readonly raw?: boolean;
  /** stderr is delivered on stdout too, in order; `stderr` stays empty. */
  readonly merge?: boolean;
  /** What a failed stream means. Default: the stream's own error. */
  readonly failure?: (error: Error) => Error;
}

/** Room for a reader who looks at stderr only at the end; beyond it a full stderr pauses stdout too. */
const stderrRoom = 1024 * 1024;
const stdoutRoom = 256 * 1024;

export function outputStreams(source: Readable, options: OutputOptions = {}): OutputStreams {
  const full = new Set<Readable>();
  const reader = (highWaterMark: number): Readable => {
    const stream: Readable = new Readable({
      highWaterMark,
      read: () => {
        if (full.delete(stream) && full.size === 0) source.resume();
      },
      destroy: (error, done) => {
        full.delete(stream);
        if (full.size === 0) source.resume();
        done(error);
      },
    });
    // Whoever reads only one of the two must not be killed by an unhandled error on the other.
    stream.on("error", () => undefined);
    return stream;
  };
  const stdout = reader(stdoutRoom);
  const stderr = reader(stderrRoom);
  const sinkOf = (kind: number): Readable => (kind === 2 && !options.merge ? stderr : stdout);
  const deliver = (sink: Readable, bytes: Buffer): void => {
    if (sink.destroyed || sink.push(bytes)) return;
    full.add(sink);
    source.pause();
  };
  const unframe = options.raw ? undefined : unframer((kind, bytes) => deliver(sinkOf(kind), bytes));

  const fail = (error: Error): void => {
    const failure = options.failure?.(error) ?? error;
    for (const stream of [stdout, stderr]) stream.destroy(failure);
  };
  source.on("data", (chunk: Buffer) => {
    if (unframe === undefined) deliver(stdout, chunk);
    else if (!unframe.take(chunk)) source.destroy(new Error("the output stream is not framed as Docker frames it"));
  });
  source.on("end", () => {
    if (unframe !== undefined && !unframe.whole()) return fail(new Error("the output stream ended inside a frame"));
    for (const stream of [stdout, stderr]) if (!stream.destroyed) stream.push(null);
  });
  source.on("error", fail);
  source.on("close", () => {
    if (!source.readableEnded) fail(new Error("the output stream was cut"));
  });
  return { stdout, stderr };
}

interface Unframer {
  /** False when the bytes are no frames. */
  take(chunk: Buffer): boolean;
  whole(): boolean;
}

function unframer(deliver: (kind: number, bytes: Buffer) => void): Unframer {
  const header = Buffer.alloc(8);
  let inHeader = 0;
  let kind = 0;
  let left = 0;

  const readHeader = (chunk: Buffer, from: number): number => {
    const read = Math.min(8 - inHeader, chunk.length - from);
    chunk.copy(header, inHeader, from, from + read);
    inHeader += read;
    return from + read;
  };
  return {
    whole: () => left === 0 && inHeader === 0,
    take(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (left === 0) {
          at = readHeader(chunk, at);
          if (inHeader < 8) break;
          inHeader = 0;
          kind = header[0] ?? 0;
          left = header.readUInt32BE(4);
          if (kind > 2 || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) return false;
          continue;
        }
        const end = Math.min(at + left, chunk.length);
        deliver(kind, at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
        left -= end - at;
        at = end;
      }
      return true;
    },
  };
}
