/** What the pins file says after a host was declared lost. Pure. */
import type { Pins } from "../../context/pins-file";
import { pinsAfterMove } from "../move/placement-pins";

export interface Loss {
  readonly workload: string;
  readonly to: string;
  /** Of that host. It may have been lost itself before. */
  readonly toMachineId: string;
  /** What the program says. */
  readonly programHost: string;
  readonly lost: { readonly name: string; readonly machineId: string };
  /** ISO time. */
  readonly at: string;
}

export function pinsAfterLoss(pins: Pins, { workload, to, toMachineId, programHost, lost, at }: Loss): Pins {
  const placed = pinsAfterMove(pins, { workload, to, programHost, reason: `dray restore ${workload} --to ${to}` });
  const others = Object.entries(placed.lost).filter(([, { machineId }]) => machineId !== toMachineId);
  return { ...placed, lost: { ...Object.fromEntries(others), [lost.name]: { machineId: lost.machineId, at } } };
}
