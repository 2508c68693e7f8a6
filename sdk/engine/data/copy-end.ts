/** One end of a copy: an attached mover on one host, its replies, and its death told once and clearly. */
import { DrayageError, type ErrorCode } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { attachMover, type MoverRun, type MoverSession } from "../host/mover-container";
import { type Line, type MoverLines, moverLines } from "../host/mover-lines";

export interface CopyEnd {
  readonly mover: MoverSession;
  /** Text lines to a sender. */
  ask(request: Line): Promise<Line>;
  /** The same as a frame, between the frames of rounds, to a receiver. */
  command(request: Line): Promise<Line>;
  /** Lines that answer no request: progress, applied rounds, list entries. One listener at a time. */
  listen(listener: (line: Line) => void): void;
  /** Rejects with the reason when the end dies; never settles otherwise. */
  readonly death: Promise<never>;
  /** The mover has ended; see MoverSession. */
  end(): Promise<void>;
  /** Its container is gone too. */
  close(): Promise<void>;
}

export async function openCopyEnd(docker: DockerEngine, side: "source" | "target", run: MoverRun): Promise<CopyEnd> {
  const mover = await attachMover(docker, run);
  let reason: DrayageError | undefined;
  let listener: (line: Line) => void = () => undefined;
  const lost = (): DrayageError =>
    reason ?? copyError(docker, side, { code: "FAILED", error: "it ended, or the connection to it was cut" });
  const lines: MoverLines = moverLines(mover.attached.stdin, mover.attached.stderr, lost, (line) => {
    if (line.ok === false) reason = copyError(docker, side, line);
    else listener(line);
  });
  const death = lines.ended.then((): never => {
    throw lost();
  });
  death.catch(() => undefined);
  const answered = async (asked: Promise<Line>): Promise<Line> => {
    const reply = await asked;
    if (reply.ok !== true) throw copyError(docker, side, reply);
    return (reply.reply ?? {}) as Line;
  };
  return {
    mover,
    death,
    ask: (request) => answered(lines.ask(request)),
    command: (request) => answered(lines.ask(request, (line) => void mover.attached.stdin.write(commandFrame(line)))),
    listen: (next) => {
      listener = next;
    },
    end: () => mover.end(),
    close: () => mover.close(),
  };
}

/** As in sdk/mover/frame.go: type, length, payload. */
function commandFrame(line: string): Buffer {
  const payload = Buffer.from(line);
  const header = Buffer.alloc(5);
  header.write("Q", 0, "latin1");
  header.writeUInt32LE(payload.length, 1);
  return Buffer.concat([header, payload]);
}

const codes: Readonly<Record<string, ErrorCode>> = {
  DISK_FULL: "DISK_FULL",
  CANNOT_CARRY: "MOVE_REFUSED",
  NOT_EMPTY: "DATA_PROTECTED",
};

function copyError(docker: DockerEngine, side: string, failure: Line): DrayageError {
  const code = codes[String(failure.code)] ?? "MOVE_FAILED";
  return new DrayageError(code, `the copy failed on the ${side}: ${String(failure.error)}`, {
    subject: `copy on ${docker.host}`,
    hint: code === "DISK_FULL" ? `Free space on ${docker.host}, then run the command again.` : "Run the command again.",
  });
}
