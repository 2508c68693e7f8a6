/** The executors of a move's own operations. They decide nothing: the order is the plan's, the records' contents are move-records'. */
import type { Clock } from "../clock";
import { makeFolder, setAside } from "../data/fill-folder";
import type { NetworkInspect } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import { label } from "../labels";
import type { Operation } from "../plan/plan";
import type { Executor, ExecutorContext } from "../plan/run-plan";
import type { DataProof } from "../receipt/receipt-summary";
import type { Owner, VolumeRecord, WorkloadRecord } from "../record/host-record";
import type { Lease } from "../record/record-store";
import { underLease } from "../workload/under-lease";
import { cleanWorkload, clearTarget } from "./clean-left";
import { type Neighbours, openNeighbours } from "./hurry-neighbours";
import type { MovedVolume, MoveFacts } from "./move-facts";
import * as records from "./move-records";
import { MovedCopies } from "./moved-copies";
import { beginForwarding, forwardingHosts, makeForwarder } from "./moved-forward";
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
  readonly source: Pick<WorkloadRecord, "releases" | "leftBehind" | "forwardedFrom">;
  readonly owner: Owner;
  /** keep and protect by volume, as the program says. */
  readonly volumeOptions: Readonly<Record<string, { readonly keep: boolean; readonly protect: boolean }>>;
}

const flushTimeoutMs = 60_000;

export class MoveRun {
  private readonly copies: MovedCopies;
  private witness: ExitWitness | undefined;
  private neighbours: Neighbours | undefined;
  private networks: readonly NetworkInspect[] = [];
  private policiesDropped: Promise<unknown> | undefined;
  private rootHash = "";
  /** Volume → what it held when both sides were proved equal. */
  proofs: Readonly<Record<string, DataProof>> = {};
  /** True once CEDE may have been written: from then on the move goes forward only. */
  pivoted = false;
  /** True once it is known to have been written. */
  ceded = false;

  constructor(private readonly sides: MoveSides) {
    this.copies = new MovedCopies(sides);
  }

  get bytes(): number {
    return this.copies.bytes;
  }

  executors(): Record<string, Executor> {
    const { copies } = this;
    return {
      [moveKinds.open]: () => this.open(),
      [moveKinds.createFolder]: ({ detail }) => this.createFolder(String(detail.path), detail.aside as string | undefined),
      [moveKinds.copy]: ({ detail }, context) => copies.copyLive(String(detail.volume), context),
      [moveKinds.copyFolder]: ({ detail }, context) => copies.copyLive(String(detail.volume), context),
      [moveKinds.sync]: (_, context) => this.sync(context),
      [moveKinds.stop]: (operation) => this.stop(operation),
      [moveKinds.prove]: () => this.prove(),
      [moveKinds.fence]: () => this.fence(),
      [moveKinds.lastPass]: (_, context) => copies.pass(true, context),
      [moveKinds.verify]: async () => {
        this.rootHash = await copies.verify();
      },
      [moveKinds.prepared]: () => this.sides.toLease.change((record) => records.prepared(record, this.rootHash)),
      [moveKinds.cede]: () => this.cede(),
      [moveKinds.adopt]: () => this.adopt(),
      [moveKinds.release]: () => this.sides.toLease.change((record) => records.releasedTarget(record, this.sides.facts.from)),
      [moveKinds.clean]: (_, context) => this.clean(context),
      [moveKinds.createForwarder]: (_, context) => makeForwarder(this.sides, context),
      [moveKinds.startForwarder]: (_, context) => beginForwarding(this.sides, context),
    };
  }

  /** Ends the helpers on both hosts; their containers remove themselves. */
  async close(): Promise<void> {
    const { witness, neighbours } = this;
    this.witness = undefined;
    this.neighbours = undefined;
    await Promise.all([this.copies.close(), witness?.close(), neighbours?.close()]);
  }

  private stamp(): records.MoveStamp {
    return { epoch: this.sides.fromLease.epoch, at: new Date(this.sides.clock.now()).toISOString() };
  }

  private async open(): Promise<void> {
    const { facts, fromLease, toLease } = this.sides;
    const stamp = this.stamp();
    await fromLease.change((record) => records.openMove(record, facts.to, stamp));
    const incoming = this.volumes("volume").map((volume): [string, VolumeRecord] => {
      const { keep = true, protect = false } = this.sides.volumeOptions[volume.name] ?? {};
      return [volume.name, { dockerName: volume.target, keep, protect, state: "incoming", since: stamp.at }];
    });
    const left = (this.sides.source.leftBehind ?? []).filter((peer) => peer.machineId !== facts.to.machineId);
    const arriving = {
      volumes: Object.fromEntries(incoming),
      releases: this.sides.source.releases,
      leftBehind: left,
      forwardedFrom: forwardingHosts(this.sides),
    };
    await clearTarget(this.sides.to, this.sides.identity, toLease);
    await toLease.change((record) => records.beginArrival(record, facts.from, arriving, stamp));
    const publishes = facts.services.some((service) => service.published.length > 0);
    const neighbours = publishes ? openNeighbours(this.sides.to) : undefined;
    this.witness = await openExitWitness(this.sides.from.docker, this.sides.clock);
    this.neighbours = await neighbours;
  }

  private volumes(kind: "volume" | "folder"): readonly MovedVolume[] {
    return this.sides.facts.volumes.filter((volume) => (volume.folder !== undefined) === (kind === "folder"));
  }

  /** Written down as incoming only when it is there and empty: what is incoming is emptied when the move is undone. */
  private async createFolder(path: string, aside: string | undefined): Promise<void> {
    const { to, toLease } = this.sides;
    const docker = underLease(to, () => toLease.assertHeld()).docker;
    const now = aside === undefined ? undefined : await setAside(docker, path, aside);
    await makeFolder(docker, path);
    await toLease.change((record) => records.beginFolder(record, path, now, this.stamp().at));
  }

  private async stop(operation: Operation): Promise<void> {
    const { docker } = this.sides.from;
    const containers = operation.detail.containers as readonly string[];
    const graceSeconds = Math.ceil(Number(operation.detail.stopGraceMs) / 1000);
    await this.dropRestartPolicies();
    await Promise.all(containers.map((id) => docker.stopContainer(id, graceSeconds)));
  }

  /** Before anything stops: `always` would bring a stopped container back with the daemon. Once, and while all of it still serves. */
  private dropRestartPolicies(): Promise<unknown> {
    const { docker } = this.sides.from;
    const containers = this.sides.facts.services.flatMap((service) => service.containers);
    this.policiesDropped ??= Promise.all(containers.map((id) => docker.setRestartPolicy(id, { Name: "no" })));
    return this.policiesDropped;
  }

  private async prove(): Promise<void> {
    const { facts } = this.sides;
    if (this.witness === undefined) throw new Error("there is no witness of the exit");
    await this.witness.prove({
      containers: facts.services.flatMap((service) => service.containers),
      volumes: this.volumes("volume").map((volume) => volume.source),
      folders: this.volumes("folder").map((volume) => volume.source),
      copiers: this.copies.readers,
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
    await this.copies.sync(context);
    this.networks = await this.sides.to.docker.listNetworks({ label: [`${label.identity}=${this.sides.identity}`] });
    await this.dropRestartPolicies();
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

  private async cede(): Promise<void> {
    this.pivoted = true;
    const stamp = this.stamp();
    const { forward } = this.sides.facts;
    const proved = {
      rootHash: this.rootHash,
      folders: this.volumes("folder").map((volume) => volume.source),
      ...(forward && { forward: { address: forward.address, ports: forward.ports, ways: forward.ways } }),
    };
    await this.sides.fromLease.change((record) => records.ceded(record, this.sides.facts.to, proved, stamp));
    this.ceded = true;
  }

  /** The copy's own hold on the data ends before anything else may write there; nobody waits for its containers to go. */
  private async adopt(): Promise<void> {
    const stamp = this.stamp();
    this.proofs = this.copies.proved(stamp.at);
    this.neighbours?.hurry(this.networks);
    await Promise.all([this.copies.end(), this.sides.toLease.change((record) => records.adopted(record, stamp))]);
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
