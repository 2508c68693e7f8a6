/** The workload and move rooms, as the Workload handler asks for them. */
import type { HostHandle } from "../engine/host/host-handle";
import { openMoveTo } from "../engine/move/move-records";
import type { MoveRequest } from "../engine/move/move-request";
import { moveWorkload, previewMove } from "../engine/move/move-workload";
import { settleMove } from "../engine/move/settle-move";
import { type DataProof, summariseReceipt } from "../engine/receipt/receipt-summary";
import { applyWorkload } from "../engine/workload/apply-workload";
import { observeHost } from "../engine/workload/host-snapshot";
import type { ImageSupply } from "../engine/workload/image-supply";
import { previewUnborn } from "../engine/workload/preview-unborn";
import { previewWorkload } from "../engine/workload/preview-workload";
import { readConfigFiles } from "../engine/workload/read-config-files";
import { readWorkload } from "../engine/workload/read-workload";
import { previewRemoval, removeWorkload } from "../engine/workload/remove-workload";
import type { ApplyRequest } from "../engine/workload/workload-request";
import type { WorkloadApplied, WorkloadDoor, WorkloadWish } from "./engine-doors";

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
    from,
    to,
  });
  /** Whichever of the two had begun to hand it over. */
  const settle = async (wish: WorkloadWish, one: HostHandle, other: HostHandle): Promise<void> => {
    const settled = await settleMove(moveOf(wish, one, other));
    if (settled === "nothing was open") await settleMove(moveOf(wish, other, one));
  };
  /** Yields what the data was proved to be on the way, if it went anywhere. */
  const bringHome = async (wish: WorkloadWish): Promise<Readonly<Record<string, DataProof>>> => {
    const { source, target, interrupted } = wish;
    if (interrupted !== undefined) await settle(wish, source ?? target, interrupted);
    if (source === undefined) return {};
    if (interrupted !== target) await settleMove(moveOf(wish, source, target));
    if ((await livesOn(wish)) !== source) return {};
    return (await moveWorkload(moveOf(wish, source, target))).proofs;
  };
  return {
    async preview(wish) {
      if (wish.source === undefined) return previewWorkload(requestOf(wish));
      const plan = await previewMove(moveOf(wish, wish.source, wish.target));
      return { ...plan, notes: [...(wish.notes ?? []), ...plan.notes] };
    },
    previewUnborn: async (wish) => previewUnborn(wish),
    async apply(wish): Promise<WorkloadApplied> {
      try {
        const data = await bringHome(wish);
        const { receipt: applied } = await applyWorkload(requestOf(wish.source === undefined ? wish : withoutReview(wish)));
        const { docker, measured } = wish.target;
        const receipt = await summariseReceipt({ ...wish, applied, docker, imageStore: measured.imageStore, data });
        return { host: wish.target, receipt };
      } catch (error) {
        const host = await livesOn(wish).catch(() => undefined);
        if (host === undefined || !(await owns(host, wish))) throw error;
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
      return openMove === undefined ? found : { ...found, openMove };
    },
    previewRemoval: (wish) => previewRemoval(requestOf(wish)),
    async remove(wish) {
      const { kept, ownedBy } = await removeWorkload(requestOf(wish));
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

/** After a move, what else the edit has changed is a second plan, which no preview can show. */
function withoutReview({ reviewed: _, ...wish }: WorkloadWish): WorkloadWish {
  return wish;
}

/** Decided by the source's record, which has the pivot: the target once it was ceded, the source until then. */
async function livesOn({ source, target, identity }: WorkloadWish): Promise<HostHandle> {
  if (source === undefined) return target;
  observeHost(source).refresh();
  const entry = (await observeHost(source).record()).workloads[identity];
  return entry?.state === "ceded" ? target : source;
}

async function owns(host: HostHandle, { identity, owner }: WorkloadWish): Promise<boolean> {
  observeHost(host).refresh();
  return (await observeHost(host).record()).workloads[identity]?.owner.id === owner.id;
}
