/** Whether a host may be called lost, and the one that takes its place. */
import { DrayageError } from "../../spec/drayage-error";
import type { Fleet, FleetHost } from "../fleet/fleet";
import { asDrayageError } from "../render/render-error";
import type { HostState, WorkloadState } from "../state/stack-state";

/** @throws NOT_FOUND */
export function livesOn({ name, placements }: WorkloadState): HostState {
  const [lives] = placements;
  if (lives !== undefined) return lives;
  throw new DrayageError("NOT_FOUND", `${name} lives nowhere yet: there is nothing to restore.`, { hint: "dray up" });
}

/** Silence is not loss: only what a person says to be lost is. A machine that answers in whatever way is not. @throws DATA_PROTECTED USAGE HOST_* */
export async function reachTarget(fleet: Fleet, to: string, lost: HostState): Promise<FleetHost> {
  if (to === lost.name) {
    throw new DrayageError("USAGE", `${to} is the host that is lost.`, {
      hint: `Name another host, or say in the program that it was replaced: rebuilt: "${lost.machineId}", then dray up.`,
    });
  }
  const [target, old] = await Promise.allSettled([fleet.connect(to), fleet.connect(lost.name)]);
  if (target.status === "rejected") throw target.reason;
  const answer = old.status === "fulfilled" ? undefined : asDrayageError(old.reason);
  if (answer !== undefined && isSilence(answer)) return target.value;
  throw new DrayageError(
    "DATA_PROTECTED",
    `${lost.name} answers: it is not lost.${answer === undefined ? "" : ` ${answer.message}`}`,
    {
      subject: lost.name,
      hint:
        answer === undefined
          ? "Carry it over with what was written to the last moment: dray move WORKLOAD --to HOST."
          : `What ran there may still run. Mend it (${answer.code}), or switch the machine off, then run the command again.`,
    },
  );
}

/** Nobody answered. A key that changed, a login that is denied, an engine that is down: somebody did. */
export function isSilence({ code }: DrayageError): boolean {
  return ["HOST_UNREACHABLE", "HOST_TIMEOUT", "HOST_REFUSED", "HOST_NAME_UNKNOWN"].includes(code);
}
