/** A machine that `dray restore` has written down as lost, and what still lived on it by the state. */
import type { HostHandle } from "../engine/host/host-handle";
import { DrayageError } from "../spec/drayage-error";
import type { HostRefSpec } from "../spec/host";
import type { WorkloadDoor } from "./engine-doors";
import type { PlainRecord } from "./plain";
import { reachedQuietly } from "./reached-quietly";
import { isSamePlace, type Place, placeOf } from "./workload-state";

/** Nobody waits for that machine any more. */
export const isLost = ({ lost }: PlainRecord, { machineId }: Place): boolean => Array.isArray(lost) && lost.includes(machineId);

export interface LostParts {
  readonly open: (ref: HostRefSpec) => Promise<HostHandle>;
  readonly door: Pick<WorkloadDoor, "servesOn">;
}

export interface Leaving {
  readonly name: string;
  readonly identity: string;
  /** By the state. */
  readonly lives: HostRefSpec;
  readonly wanted: HostRefSpec;
  /** `wanted`, reached. */
  readonly target: HostHandle;
}

/**
 * Nothing serves twice: lost is a machine only as long as nobody hears of it. And nothing begins without its data because it was another
 * workload of that machine that was restored. @throws DATA_PROTECTED
 */
export async function refuseUnlessRestored({ open, door }: LostParts, leaving: Leaving): Promise<void> {
  const { name, identity, lives, wanted, target } = leaving;
  const answering = await reachedQuietly(() => open(lives));
  if (answering !== undefined && isSamePlace(placeOf(lives), placeNow(answering)) !== false)
    throw new DrayageError("DATA_PROTECTED", `${lives.name} was declared lost, and answers: ${name} would serve twice`, {
      subject: name,
      hint: `Switch ${lives.name} off if it is to stay lost. If it serves again: dray unpin ${lives.name}; then the same command carries it over.`,
    });
  if (await door.servesOn(target, identity)) return;
  const nothing = `${lives.name} was declared lost, and ${wanted.name} has nothing of ${name} to go on with`;
  throw new DrayageError("DATA_PROTECTED", nothing, { subject: name, hint: `dray restore ${name} --to ${wanted.name}` });
}

const placeNow = ({ name, measured: { machineId = "", engineId } }: HostHandle): Place => ({ host: name, machineId, engineId });
