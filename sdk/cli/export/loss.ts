/** What the pins file says after a host was declared lost. Pure. */
import type { Pins } from "../../context/pins-file";
import { pinsAfterMove } from "../move/placement-pins";

export interface Loss {
  readonly workload: string;
  readonly to: string;
  /** What the program says. */
  readonly programHost: string;
  readonly lost: { readonly name: string; readonly machineId: string };
  /** ISO time. */
  readonly at: string;
}

export function pinsAfterLoss(pins: Pins, { workload, to, programHost, lost, at }: Loss): Pins {
  const placed = pinsAfterMove(pins, { workload, to, programHost, reason: `dray restore ${workload} --to ${to}` });
  return { ...placed, lost: { ...placed.lost, [lost.name]: { machineId: lost.machineId, at } } };
}
