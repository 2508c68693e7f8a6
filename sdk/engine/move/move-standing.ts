/** Where an interrupted move stands, decided from the durable records alone. */
import type { WorkloadRecord } from "../record/host-record";
import { livesHere, openMoveTo } from "./move-records";

export type MoveStanding =
  /** No move is open between these two. */
  | { readonly kind: "settled" }
  /** Killed before CEDE: the source still owns the workload; restore it and clean the target. */
  | { readonly kind: "undo" }
  /** Killed after CEDE: the target owns the workload; adopt, start, gate, release. */
  | { readonly kind: "forward" };

/** Machine ids: a record may tell of a move with somebody else. */
export interface Between {
  readonly from: string;
  readonly to: string;
}

export function standingOf(
  source: WorkloadRecord | undefined,
  target: WorkloadRecord | undefined,
  between: Between,
): MoveStanding {
  if (source === undefined) return { kind: "settled" };
  if (source.state === "ceded") {
    const { handover } = source;
    const { arrival } = target ?? {};
    const sameMove =
      handover?.machineId === between.to && arrival?.machineId === between.from && arrival.epoch === handover.epoch;
    const unfinished = target?.state === "prepared" || target?.state === "adopted";
    return unfinished && sameMove ? { kind: "forward" } : { kind: "settled" };
  }
  if (!livesHere(source)) return { kind: "settled" };
  const arriving = target?.state === "preparing" || target?.state === "prepared";
  return arriving || openMoveTo(source)?.machineId === between.to ? { kind: "undo" } : { kind: "settled" };
}

/** The same when only one of the two answers. */
export type LoneStanding =
  | MoveStanding
  /** The other host has what decides: the source the pivot, or the target the workload itself. */
  | { readonly kind: "unknown" };

/**
 * A source that has not ceded decides alone: nothing can take the workload over without its record. A target that has adopted does
 * too, because it adopts only after the source has ceded. One that is prepared does not know whether it did.
 */
export function standingAlone(own: WorkloadRecord | undefined): LoneStanding {
  if (own === undefined) return { kind: "settled" };
  if (own.state === "adopted") return { kind: "forward" };
  if (!livesHere(own)) return { kind: "unknown" };
  return openMoveTo(own) === undefined ? { kind: "settled" } : { kind: "undo" };
}
