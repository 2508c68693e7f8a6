/** The executors of a move's own operations. They decide nothing: the order is the plan's, the records' contents are move-records'. */
import { createHash } from "node:crypto";
import { DrayageError } from "../../spec/drayage-error";
import type { Clock } from "../clock";
import type { CopyRound, CopySession } from "../data/copy-session";
import { openCopy } from "../data/copy-session";
import type { HostHandle } from "../host/host-handle";
import { formatBytes, formatSeconds } from "../plan/format-plan";
import type { Operation } from "../plan/plan";
import type { Executor, ExecutorContext } from "../plan/run-plan";
import type { DataProof } from "../receipt/receipt-summary";
import type { VolumeRecord, WorkloadRecord } from "../record/host-record";
import type { Lease } from "../record/record-store";
import { cleanWorkload, clearTarget } from "./clean-left";
import type { MoveFacts } from "./move-facts";
import * as records from "./move-records";
import { moveKinds } from "./plan-move";
import { type ExitWitness, openExitWitness } from "./prove-exit";

export interface MoveSides {
  readonly identity: string;
  readonly facts: MoveFacts;
  readonly from: HostHandle;
  readonly to: HostHandle;
  readonly fromLease: Lease;
  readonly toLease: Lease;
  readonly clock: Clock;
  /** Of the source: what goes along. */
  readonly source: Pick<WorkloadRecord, "releases" | "leftBehind">;
  /** keep and protect by volume, as the program says. */
  readonly volumeOptions: Readonly<Record<string, { readonly keep: boolean; readonly protect: boolean }>>;
}

/** Live rounds end when the next one would save nothing. */
const maximumRounds = 5;
const settledBytes = 4e6;
const flushTimeoutMs = 60_000;

export class MoveRun {
  private readonly copies = new Map<string, CopySession>();
  private witness: ExitWitness | undefined;
  private rootHash = "";
  /** Volume → what it held when both sides were proved equal. Some may be missing: nothing waited for it. */
  readonly proofs: Record<string, DataProof> = {};
  /** True once CEDE may have been written: from then on the move goes forward only. */
  pivoted = false;
  /** True once it is known to have been written. */
  ceded = false;
  bytes = 0;

  constructor(private readonly sides: MoveSides) {}

  executors(): Record<string, Executor> {
    return {
      [moveKinds.open]: () => this.open(),
      [moveKinds.copy]: (operation, context) => this.copyLive(String(operation.detail.volume), context),
      [moveKinds.sync]: (_, context) => this.sync(context),
      [moveKinds.stop]: (operation) => this.stop(operation),
      [moveKinds.prove]: () => this.prove(),
      [moveKinds.fence]: () => this.fence(),
      [moveKinds.lastPass]: (_, context) => this.pass(true, context),
      [moveKinds.verify]: () => this.verify(),
      [moveKinds.prepared]: () => this.sides.toLease.change((record) => records.prepared(record, this.rootHash)),
      [moveKinds.cede]: () => this.cede(),
      [moveKinds.adopt]: () => this.adopt(),
      [moveKinds.release]: () => this.sides.toLease.change((record) => records.releasedTarget(record, this.sides.facts.from)),
      [moveKinds.clean]: (_, context) => this.clean(context),
    };
  }

  /** Ends the helpers on both hosts; their containers remove themselves. */
  async close(): Promise<void> {
    const { witness } = this;
    const copies = [...this.copies.values()];
    this.witness = undefined;
    this.copies.clear();
    await Promise.all([...copies, ...(witness === undefined ? [] : [witness])].map((session) => session.close()));
  }

  private stamp(): records.MoveStamp {
    return { epoch: this.sides.fromLease.epoch, at: new Date(this.sides.clock.now()).toISOString() };
  }

  private async open(): Promise<void> {
    const { facts, fromLease, toLease } = this.sides;
    const stamp = this.stamp();
    await fromLease.change((record) => records.openMove(record, facts.to, stamp));
    const incoming = facts.volumes.map((volume): [string, VolumeRecord] => {
      const { keep = true, protect = false } = this.sides.volumeOptions[volume.name] ?? {};
      return [volume.name, { dockerName: volume.target, keep, protect, state: "incoming", since: stamp.at }];
    });
    const left = (this.sides.source.leftBehind ?? []).filter((peer) => peer.machineId !== facts.to.machineId);
    const arriving = { volumes: Object.fromEntries(incoming), releases: this.sides.source.releases, leftBehind: left };
    await clearTarget(this.sides.to, this.sides.identity, toLease);
    await toLease.change((record) => records.beginArrival(record, facts.from, arriving, stamp));
    this.witness = await openExitWitness(this.sides.from.docker, this.sides.clock);
  }

  private async copyLive(volume: string, context: ExecutorContext): Promise<void> {
    await this.roundsUntilSettled(await this.copyOf(volume, context), context);
  }

  private async roundsUntilSettled(copy: CopySession, context: ExecutorContext): Promise<void> {
    const before = this.bytes;
    let last = Number.POSITIVE_INFINITY;
    for (let round = 1; round <= maximumRounds && !context.signal.aborted; round += 1) {
      const sent = await copy.round({ final: false });
      this.bytes += sent.bytes;
      context.progress({ done: this.bytes - before, unit: "bytes", text: `round ${round}: ${formatRound(sent)}` });
      if (sent.bytes < settledBytes || sent.bytes > last * 0.8) return;
      last = sent.bytes;
    }
  }

  private async copyOf(name: string, context: ExecutorContext): Promise<CopySession> {
    const known = this.copies.get(name);
    if (known) return known;
    const { facts, from, to } = this.sides;
    const volume = facts.volumes.find((each) => each.name === name);
    if (volume === undefined) throw new Error(`no volume ${name} in the plan`);
    const source = { docker: from.docker, volume: volume.source };
    // Docker may have filled the new volume from the image: it becomes the source's equal, whatever it holds.
    const target = { docker: to.docker, volume: volume.target };
    const copy = await openCopy({ source, target, existing: "replace", context, progress: context.progress });
    this.copies.set(name, copy);
    return copy;
  }

  /** Policy first: `always` would bring a stopped container back with the daemon. */
  private async stop(operation: Operation): Promise<void> {
    const { docker } = this.sides.from;
    const containers = operation.detail.containers as readonly string[];
    const graceSeconds = Math.ceil(Number(operation.detail.stopGraceMs) / 1000);
    for (const id of containers) {
      await docker.setRestartPolicy(id, { Name: "no" });
      await docker.stopContainer(id, graceSeconds);
    }
  }

  private async prove(): Promise<void> {
    const { facts } = this.sides;
    if (this.witness === undefined) throw new Error("there is no witness of the exit");
    await this.witness.prove({
      containers: facts.services.flatMap((service) => service.containers),
      volumes: facts.volumes.map((volume) => volume.source),
      copiers: [...this.copies.values()].map((copy) => copy.sourceContainer),
    });
  }

  /** A container object that does not exist cannot be started by anyone. Its data and its logs' last lines stay. */
  private async fence(): Promise<void> {
    const { facts, from } = this.sides;
    const holding = facts.services.filter((service) => service.holdsData).flatMap((service) => service.containers);
    await Promise.all(holding.map((id) => from.docker.removeContainer(id)));
  }

  /** All that can be done before anything stops: what is in memory goes to disk and over, and both sides are hashed once. */
  private async sync(context: ExecutorContext): Promise<void> {
    await this.flush(context);
    for (const copy of this.copies.values()) {
      await this.roundsUntilSettled(copy, context);
      await copy.prehash();
    }
    await this.pass(false, context);
  }

  private async flush(context: ExecutorContext): Promise<void> {
    const { docker, name } = this.sides.from;
    for (const { flush, containers, name: service } of this.sides.facts.services) {
      if (flush === undefined) continue;
      for (const id of containers) {
        const { exitCode, stderr } = await docker.exec(id, flush, { timeoutMs: flushTimeoutMs });
        if (exitCode === 0) continue;
        const why = stderr.toString().trim().split("\n").at(-1) ?? "";
        context.report.say("warning", `flush of ${service} on ${name} ended with ${exitCode}: ${why}`);
      }
    }
  }

  private async pass(final: boolean, context: ExecutorContext): Promise<void> {
    const before = this.bytes;
    for (const copy of this.copies.values()) {
      const sent = await copy.round({ final });
      this.bytes += sent.bytes;
      const text = `${final ? "last pass" : "sync"}: ${formatRound(sent)}`;
      context.progress({ done: this.bytes - before, unit: "bytes", text });
    }
  }

  private async verify(): Promise<void> {
    const proofs = await Promise.all(
      [...this.copies].map(async ([name, copy]) => ({ name, proof: await copy.verify({ full: false }) })),
    );
    const wrong = proofs.filter(({ proof }) => !proof.equal);
    if (wrong.length > 0) {
      const named = wrong.map(({ name, proof }) => `${name}: ${proof.differences.slice(0, 5).join(", ")}`).join("; ");
      throw new DrayageError("VERIFY_FAILED", `the copy differs from its source: ${named}`, {
        subject: `${this.sides.facts.workload} on ${this.sides.to.name}`,
        hint: `Nothing was handed over. Run the same command again; if it happens again, check the disk of ${this.sides.to.name}.`,
      });
    }
    this.rootHash = combined(proofs.map(({ name, proof }) => `${name}=${proof.rootHash}`));
  }

  private async cede(): Promise<void> {
    this.pivoted = true;
    const stamp = this.stamp();
    await this.sides.fromLease.change((record) => records.ceded(record, this.sides.facts.to, this.rootHash, stamp));
    this.ceded = true;
  }

  /** The copy's own hold on the volumes ends before anything else may write there. */
  private async adopt(): Promise<void> {
    const stamp = this.stamp();
    for (const [name, { provedData }] of this.copies)
      if (provedData !== undefined) this.proofs[name] = { hash: provedData, at: stamp.at };
    await Promise.all([this.close(), this.sides.toLease.change((record) => records.adopted(record, stamp))]);
  }

  /** The workload serves by now: what cannot be cleaned is written down there, and no failure. */
  private async clean(context: ExecutorContext): Promise<void> {
    const { from, fromLease, toLease, identity, facts } = this.sides;
    try {
      await cleanWorkload(from, identity, fromLease);
      await fromLease.change(records.releasedSource);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return context.report.say("warning", `what is left on ${from.name} is removed later: ${why}`);
    }
    await toLease.change((record) => records.cleanedUp(record, facts.from));
  }
}

function formatRound({ bytes, seconds }: CopyRound): string {
  return `${formatBytes(bytes)} in ${formatSeconds(seconds)}`;
}

function combined(parts: readonly string[]): string {
  return createHash("sha256")
    .update([...parts].sort().join("\n"))
    .digest("hex");
}
