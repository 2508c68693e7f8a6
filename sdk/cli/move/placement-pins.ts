/** Which pin a `dray move` leaves behind: pure decisions. */
import type { Pin, Pins } from "../../context/pins-file";

export interface MoveWanted {
  readonly workload: string;
  readonly to: string;
  /** What the program says. */
  readonly programHost: string;
  /** The command, for whoever reads the file. */
  readonly reason: string;
}

/** A move to where the program wants it needs no pin: it takes away the one there was. */
export function pinsAfterMove(pins: Pins, { workload, to, programHost, reason }: MoveWanted): Pins {
  if (to === programHost) return withoutPin(pins, workload);
  const pin: Pin = { host: to, instead: programHost, reason };
  return { ...pins, workloads: { ...pins.workloads, [workload]: pin } };
}

export function withoutPin(pins: Pins, workload: string): Pins {
  const { [workload]: _, ...rest } = pins.workloads;
  return { ...pins, workloads: rest };
}
