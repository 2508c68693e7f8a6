/** Where an interrupted move stands, decided from the two durable records alone. */
import type { WorkloadRecord } from "../record/host-record";
import { openMoveTo } from "./move-records";

export type MoveStanding =
  /** No move is open between these two. */
  | { readonly kind: "settled" }
  /** Killed before CEDE: the source still owns the workload; restore it and clean the target. */
  | { readonly kind: "undo" }
  /** Killed after CEDE: the target owns the workload; adopt, start, gate, release. */
  | { readonly kind: "forward" };

export function standingOf(source: WorkloadRecord | undefined, target: WorkloadRecord | undefined): MoveStanding {
  if (source?.state === "ceded") {
    const sameMove = target?.arrival?.epoch === source.handover?.epoch;
    const unfinished = target?.state === "prepared" || target?.state === "adopted";
    return unfinished && sameMove ? { kind: "forward" } : { kind: "settled" };
  }
  const arriving = target?.state === "preparing" || target?.state === "prepared";
  return arriving || openMoveTo(source) !== undefined ? { kind: "undo" } : { kind: "settled" };
}
