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
    throw new DrayageError("USAGE", `It lives on ${to} already: a restore brings it to another host.`, {
      hint: `Data for what runs there: dray import. Where ${to} is lost, name another host; where its machine was made anew, write rebuilt: "${lost.machineId}" on it, then dray up.`,
    });
  }
  refuseSameMachine(fleet.host(to), lost);
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

/** The engine ended well and it lives where it did: its pin names a host that the program does not have where the workload is made. */
export function pinWithoutHost(workload: string, to: string): DrayageError {
  return new DrayageError(
    "INVALID_PROGRAM",
    `${workload} was not brought up: the program declares ${to} after it, or not at all.`,
    {
      subject: workload,
      hint: `Declare ${to} before ${workload}, and run the same command again.`,
    },
  );
}

/** @throws whatever it answers instead; only silence is none. */
export async function answers(fleet: Fleet, name: string): Promise<boolean> {
  try {
    await fleet.connect(name);
    return true;
  } catch (error) {
    if (isSilence(asDrayageError(error))) return false;
    throw error;
  }
}

/** All of its disks in another box, or another address: to be told apart from a loss, or the new one would be called lost. */
function refuseSameMachine(target: HostState, lost: HostState): void {
  const { name, machineId, engineId } = target;
  if (machineId === "" || machineId !== lost.machineId || engineId !== lost.engineId) return;
  throw new DrayageError("USAGE", `${name} is the machine that ${lost.name} was, by its machine id: nothing of it is lost.`, {
    subject: name,
    hint: `Write its address at ${lost.name} in the program, without ${name}, and run \`dray up\`.`,
  });
}

/** Nobody answered. A key that changed, a login that is denied, an engine that is down: somebody did. */
export function isSilence({ code }: DrayageError): boolean {
  return ["HOST_UNREACHABLE", "HOST_TIMEOUT", "HOST_REFUSED", "HOST_NAME_UNKNOWN"].includes(code);
}
