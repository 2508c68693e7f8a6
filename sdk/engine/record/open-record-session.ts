/** The attached side of the record: every write goes through one mover, whose end frees the leases of this run. */
import { DrayageError } from "../../spec/drayage-error";
import type { Clock } from "../clock";
import type { DockerEngine } from "../docker/docker-engine";
import type { MoverSession } from "../host/mover-container";
import { type Line, type MoverLines, moverLines } from "../host/mover-lines";
import { emptyHostRecord, type HostRecord, type LeaseRecord } from "./host-record";
import { isLeaseHeld } from "./is-lease-held";
import { acquireLease, changeUnderLease, leaseLost, releaseLease } from "./lease-decisions";
import { parseHostRecord, unreadable } from "./record-schema";
import type { Lease, LeaseRequest, RecordSession } from "./record-store";

export interface SessionParts {
  readonly docker: DockerEngine;
  readonly mover: MoverSession;
  /** `user@machine pid 123`. */
  readonly holder: string;
  readonly clock: Clock;
}

export async function openRecordSession(parts: SessionParts): Promise<RecordSession> {
  const { docker, mover, holder, clock } = parts;
  const session = mover.id;
  const wire = openWire(parts);
  await wire.hello(session);

  /** `decide` may be asked again: somebody else's write can come between its answer and the swap. */
  const swap = async (decide: (record: HostRecord) => HostRecord | Promise<HostRecord>): Promise<HostRecord> => {
    let record = await wire.read();
    for (;;) {
      const decided = await decide(record);
      if (decided === record) return record;
      const next = { ...decided, version: record.version + 1 };
      const conflict = await wire.swap(record.version, next);
      if (conflict === undefined) return next;
      record = conflict;
    }
  };

  let turn: Promise<unknown> = Promise.resolve();
  /** One after another: the changes of one run do not make each other start over. */
  const change = (decide: (record: HostRecord) => HostRecord | Promise<HostRecord>): Promise<HostRecord> => {
    const mine = turn.then(() => swap(decide));
    turn = mine.catch(() => undefined);
    return mine;
  };

  const acquire = async (request: LeaseRequest): Promise<Lease> => {
    const taken = await change(async (record) => {
      const found = record.workloads[request.identity]?.lease;
      const holderAlive = found !== undefined && (await isLeaseHeld(docker, found));
      const since = new Date(clock.now()).toISOString();
      return acquireLease(record, request, { session, holder, since, holderAlive, host: docker.host });
    });
    const { identity, name } = request;
    const epoch = taken.workloads[identity]?.epoch ?? 0;
    const held = { identity, name, epoch, session, host: docker.host };
    return {
      identity,
      epoch,
      async assertHeld() {
        const { held: still, by } = await wire.check(identity, epoch);
        if (!still) throw leaseLost(held, by);
      },
      async change(decide) {
        await change((record) => changeUnderLease(record, held, decide));
      },
      async release() {
        try {
          await change((record) => releaseLease(record, identity, epoch, session));
        } catch (error) {
          // The mover of an ended session has released it already.
          if (!(error instanceof DrayageError && error.code === "LEASE_LOST")) throw error;
        }
      },
    };
  };

  return { id: session, read: wire.read, change, acquire, close: () => mover.close() };
}

interface Wire {
  hello(session: string): Promise<void>;
  read(): Promise<HostRecord>;
  /** Yields the record that is there instead, when somebody was quicker. */
  swap(expectVersion: number, next: HostRecord): Promise<HostRecord | undefined>;
  check(identity: string, epoch: number): Promise<{ held: boolean; by: LeaseRecord | undefined }>;
}

function openWire({ docker, mover }: SessionParts): Wire {
  const { host } = docker;
  const lost = (): DrayageError =>
    new DrayageError("LEASE_LOST", `the record session on ${host} ended before its work did`, {
      subject: host,
      hint: "Nothing further was changed. Run the command again: it continues from what is there.",
    });
  const lines: MoverLines = moverLines(mover.attached.stdin, mover.attached.stdout, lost);
  mover.attached.stderr.resume();
  const parse = (text: unknown): HostRecord => (typeof text === "string" ? parseHostRecord(text, host) : emptyHostRecord);
  const ask = async (request: Line): Promise<Line> => {
    const reply = await lines.ask(request);
    if (reply.ok === true || reply.code === "CONFLICT") return reply;
    if (reply.code === "UNREADABLE") throw unreadable(host, String(reply.error));
    const reason = String(reply.error);
    const code = reason.includes("no space left") ? "DISK_FULL" : "DOCKER_FAILED";
    throw new DrayageError(code, `the record on ${host} was not written: ${reason}`, { subject: host });
  };
  return {
    hello: async (session) => void (await ask({ op: "hello", session })),
    read: async () => parse((await ask({ op: "read" })).text),
    async swap(expectVersion, next) {
      // What cannot be read back must not be written either.
      const document = JSON.stringify(parseHostRecord(JSON.stringify(next), host));
      const reply = await ask({ op: "write", expectVersion, document });
      return reply.ok === true ? undefined : parse(reply.text);
    },
    async check(identity, epoch) {
      const reply = await ask({ op: "check", identity, epoch });
      return { held: reply.held === true, by: reply.lease as LeaseRecord | undefined };
    },
  };
}
