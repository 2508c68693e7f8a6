/** The workload and move rooms, as the Workload handler asks for them. */
import { forwardChanges, forwards, keepForwards } from "../engine/forward/keep-forwards";
import { forwardTroubles, withEndedForwards, withForwards } from "../engine/forward/plan-forwards";
import type { HostHandle } from "../engine/host/host-handle";
import { cleanLeft, peerOf } from "../engine/move/clean-left";
import { livesHere, openMoveTo } from "../engine/move/move-records";
import type { MoveRequest } from "../engine/move/move-request";
import { moveWorkload, previewMove } from "../engine/move/move-workload";
import { withCleaning } from "../engine/move/plan-cleaning";
import { retireElsewhere } from "../engine/move/retire-elsewhere";
import { closeMove, settleAlone, settleMove } from "../engine/move/settle-move";
import type { Plan } from "../engine/plan/plan";
import { type DataProof, summariseReceipt } from "../engine/receipt/receipt-summary";
import type { WorkloadRecord } from "../engine/record/host-record";
import { applyWorkload } from "../engine/workload/apply-workload";
import { observeHost } from "../engine/workload/host-snapshot";
import type { ImageSupply } from "../engine/workload/image-supply";
import { previewUnborn } from "../engine/workload/preview-unborn";
import { previewWorkload } from "../engine/workload/preview-workload";
import { readConfigFiles } from "../engine/workload/read-config-files";
import { readWorkload } from "../engine/workload/read-workload";
import { previewRemoval, removeWorkload } from "../engine/workload/remove-workload";
import type { ApplyRequest } from "../engine/workload/workload-request";
import { DrayageError } from "../spec/drayage-error";
import type { PeerHost, WorkloadApplied, WorkloadDoor, WorkloadWish } from "./engine-doors";

export interface WorkloadDoorParts {
  readonly images: ImageSupply;
  /** For whoever finds it locked: `user@machine pid 123`. */
  readonly holder: string;
}

export function createWorkloadDoor({ images, holder }: WorkloadDoorParts): WorkloadDoor {
  const requestOf = (wish: WorkloadWish, host = wish.target): ApplyRequest => ({
    ...wish,
    host,
    images,
    holder,
    configs: readConfigFiles(wish.base),
  });
  const moveOf = (wish: WorkloadWish, from: HostHandle, to: HostHandle): MoveRequest => ({
    ...requestOf(wish, from),
    ...(wish.running ?? {}),
    ...(wish.spec.forward === false && { forward: false }),
    from,
    to,
  });
  const handBack = (back: MoveRequest) => moveWorkload(back, { returning: true });
  /** Whichever of the two had begun to hand it over. */
  const settle = async (wish: WorkloadWish, one: HostHandle, other: HostHandle): Promise<void> => {
    const settled = await settleMove(moveOf(wish, one, other), { handBack });
    if (settled === "nothing was open") await settleMove(moveOf(wish, other, one), { handBack });
  };
  /** Yields what the data was proved to be on the way, if it went anywhere. */
  const bringHome = async (wish: WorkloadWish): Promise<Readonly<Record<string, DataProof>>> => {
    const { source, target, interrupted, lost } = wish;
    if (lost !== undefined) await settleAlone({ ...requestOf(wish, source ?? target), ...wish.running }, lost);
    if (interrupted !== undefined) await settle(wish, source ?? target, interrupted);
    if (wish.stays !== undefined) throw wish.stays;
    if (source === undefined) return {};
    if (interrupted !== target) await settleMove(moveOf(wish, source, target), { handBack });
    if ((await livesOn(wish)) !== source) return {};
    return (await moveWorkload(moveOf(wish, source, target))).proofs;
  };
  /** The workload serves by now: what cannot be cleaned yet waits for the next run. */
  const cleanUp = async (wish: WorkloadWish): Promise<void> => {
    for (const host of wish.left ?? []) {
      const failed = await cleanLeft(requestOf(wish), wish.target, host).then(
        () => undefined,
        (error: unknown) => error,
      );
      const told =
        failed === undefined ? `removed what moves had left on ${host.name}` : `${host.name} is cleaned later: ${failed}`;
      wish.context.report.say(failed === undefined ? "info" : "warning", told);
    }
  };
  /** Every host but the one where it lives. */
  const seeToForwards = async (wish: WorkloadWish, home: HostHandle): Promise<void> => {
    const { source, target, interrupted, old = [], former } = wish;
    const others = [...old, source, target, interrupted].filter((host) => host !== undefined && host !== home);
    await keepForwards(requestOf(wish, home), home, [...new Set(others as HostHandle[])], former);
  };
  const planOf = async (wish: WorkloadWish): Promise<Plan> => {
    const { source, target } = wish;
    if (source === undefined) return previewWorkload(requestOf(wish));
    const plan = await previewMove(moveOf(wish, source, target));
    return { ...plan, notes: [...(wish.notes ?? []), ...plan.notes] };
  };
  return {
    async preview(wish) {
      const plan = withCleaning(await planOf(wish), wish.left ?? []);
      const { target, identity, source, old = [] } = wish;
      const changes = await forwardChanges(wish, target, old);
      const troubles = await forwardTroubles(changes, target, identity, { listening: source === undefined });
      return withForwards(plan, changes, troubles);
    },
    previewUnborn: async (wish) => previewUnborn(wish),
    async apply(wish): Promise<WorkloadApplied> {
      try {
        const data = await bringHome(wish);
        const { receipt: applied } = await applyWorkload(requestOf(wish.source === undefined ? wish : withoutReview(wish)));
        await cleanUp(wish);
        await seeToForwards(wish, wish.target);
        const { docker, measured } = wish.target;
        const receipt = await summariseReceipt({ ...wish, applied, docker, imageStore: measured.imageStore, data });
        return { host: wish.target, receipt };
      } catch (error) {
        const host = await livesOn(wish).catch(() => undefined);
        if (host === undefined || !(await owns(host, wish))) throw error;
        await seeToForwards(wish, host);
        return { host, receipt: undefined, failure: error instanceof Error ? error : new Error(String(error)) };
      }
    },
    async find(host, wish) {
      const record = await observeHost(host).record();
      const entry = record.workloads[wish.identity];
      if (entry?.state === "ceded" && entry.handover !== undefined) {
        return { state: "present", drift: [], ownerId: entry.owner.id, handover: entry.handover };
      }
      const arriving = entry?.state === "prepared" || entry?.state === "adopted" ? entry.arrival : undefined;
      const openMove = openMoveTo(entry) ?? (arriving && { ...arriving, engineId: "" });
      const reading = await readWorkload({ ...wish, host });
      const found = reading.state === "gone" ? { state: "gone" as const, drift: [], ownerId: undefined } : reading;
      const { leftBehind, forwardedFrom } = entry ?? {};
      return {
        ...found,
        ...(entry && { owner: entry.owner }),
        ...(openMove && { openMove }),
        ...(leftBehind && { leftBehind }),
        ...(forwardedFrom && { forwardedFrom }),
      };
    },
    async forwardedFrom(home, identity) {
      return (await observeHost(home).record()).workloads[identity]?.forwardedFrom ?? [];
    },
    forwards: (old, home, wish) => forwards(wish, home, old),
    async took(host, identity, from) {
      const entry = (await observeHost(host).record()).workloads[identity];
      return entry !== undefined && cameFrom(entry, from);
    },
    async servesOn(host, identity) {
      const entry = (await observeHost(host).record()).workloads[identity];
      return entry !== undefined && entry.removed === undefined && livesHere(entry);
    },
    async lives(host, { identity, owner }) {
      const entry = (await observeHost(host).record()).workloads[identity];
      if (entry === undefined || entry.owner.stackUid !== owner.stackUid || entry.state === "ceded") return false;
      const volumes = Object.values(entry.volumes);
      return volumes.length === 0 || volumes.some(({ state }) => state === "current" || state === "incoming");
    },
    async previewRemoval(wish) {
      const plan = await previewRemoval(requestOf(wish));
      return withEndedForwards(plan, wish.identity, wish.elsewhere ?? []);
    },
    async remove(wish) {
      const { identity, target, lost, elsewhere = [] } = wish;
      if (lost !== undefined) await closeMove(requestOf(wish), lost);
      refuseCeded(wish, (await observeHost(target).record()).workloads[identity]);
      const { kept, ownedBy } = await removeWorkload(requestOf(wish));
      for (const host of ownedBy === undefined ? elsewhere : []) {
        await retireElsewhere(requestOf(wish), host).catch((error: unknown) =>
          wish.context.report.say("warning", `what moves had left on ${host.name} stays there: ${error}`),
        );
      }
      return { kept, ownedBy };
    },
    async others(host, { identity, owner }, names) {
      const { workloads } = await observeHost(host).record();
      const mine = Object.entries(workloads).filter(
        ([key, { owner: other, name, volumes }]) =>
          key !== identity && other.stackUid === owner.stackUid && names.includes(name) && Object.keys(volumes).length > 0,
      );
      return mine.map(([, { name }]) => name);
    },
  };
}

/** Read follows a hand-over, so this is a destroy that did not look: what it would remove serves nobody. */
function refuseCeded({ target, identity, spec }: WorkloadWish, entry: WorkloadRecord | undefined): void {
  if (entry?.state !== "ceded" || entry.handover === undefined) return;
  throw new DrayageError("WORLD_MOVED", `${spec.name} was handed over to ${entry.handover.host} meanwhile`, {
    subject: `${spec.name} (${identity.slice(0, 6)}) on ${target.name}`,
    hint: "Nothing was removed. Run `dray refresh`, then the same command again.",
  });
}

/** After a move, what else the edit has changed is a second plan, which no preview can show. */
function withoutReview({ reviewed: _, ...wish }: WorkloadWish): WorkloadWish {
  return wish;
}

/** Decided by the source's record, which has the pivot: the target once it was ceded, the source until then. */
async function livesOn({ source, target, identity }: WorkloadWish): Promise<HostHandle> {
  if (source === undefined) return target;
  observeHost(source).refresh();
  try {
    const entry = (await observeHost(source).record()).workloads[identity];
    return entry?.state === "ceded" ? target : source;
  } catch (error) {
    // A source that died after it had ceded: then the target has adopted, or a later run will know.
    observeHost(target).refresh();
    const entry = (await observeHost(target).record()).workloads[identity];
    if (entry !== undefined && cameFrom(entry, peerOf(source))) return target;
    throw error;
  }
}

/** A target adopts only after the source has ceded: its own record is the proof. */
function cameFrom(entry: WorkloadRecord, { machineId }: PeerHost): boolean {
  return livesHere(entry) && machineId !== "" && entry.arrival?.machineId === machineId;
}

async function owns(host: HostHandle, { identity, owner }: WorkloadWish): Promise<boolean> {
  observeHost(host).refresh();
  return (await observeHost(host).record()).workloads[identity]?.owner.id === owner.id;
}
