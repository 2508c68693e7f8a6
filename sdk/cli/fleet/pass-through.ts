/** A process on a host with our own stdin, stdout and stderr: raw at a terminal, plain pipes elsewhere. */
import type { Duplex, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Terminal } from "../terminal/terminal";

export interface RemoteProcess {
  readonly stdin: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Only at a terminal. */
  readonly resize?: (size: { h: number; w: number }) => Promise<void>;
}

/** True when a person types at the process and sees what it paints. */
export function wantsTty({ streams }: Terminal): boolean {
  return streams.stdin.isTTY === true && streams.stdout.isTTY === true;
}

/** Resolves when the process has closed its output. */
export async function passThrough(remote: RemoteProcess, terminal: Terminal, tty: boolean): Promise<void> {
  const { stdin, stdout, stderr } = terminal.streams;
  // A process may end before it has read all: its exit code tells, not the broken pipe.
  remote.stdin.on("error", () => undefined);
  const restore = tty ? rawMode(terminal, remote) : () => undefined;
  stdin.pipe(remote.stdin);
  const ended = Promise.all([finished(remote.stdout, { writable: false }), finished(remote.stderr)]);
  remote.stdout.pipe(stdout, { end: false });
  remote.stderr.pipe(stderr, { end: false });
  try {
    await ended;
  } finally {
    stdin.unpipe(remote.stdin);
    stdin.pause();
    restore();
  }
}

function rawMode({ streams, size }: Terminal, { resize }: RemoteProcess): () => void {
  const tell = () => {
    const { rows, columns } = size();
    void resize?.({ h: rows, w: columns }).catch(() => undefined);
  };
  streams.stdin.setRawMode(true);
  streams.stdout.on("resize", tell);
  tell();
  return () => {
    streams.stdin.setRawMode(false);
    streams.stdout.off("resize", tell);
  };
}
