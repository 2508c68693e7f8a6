/** What becomes of a host whose machine Amazon does not have among those that live. Pure. */
import type { MadeMachine } from "../../sdk/resources/machine-mark";

export interface MachineStanding {
  /** It has ended, and never comes back. */
  readonly lost: boolean;
  /** Its data volume is in another machine now. */
  readonly diskElsewhere: boolean;
  /** What a person should look at first. */
  readonly warning?: string;
}

export interface DiskFacts {
  /** These credentials see the data volume, in this region. */
  readonly sees: boolean;
  readonly isUsed: boolean;
  /** Attached to the machine itself: then that is still ending, or Amazon is not of one mind. */
  readonly isItsOwn: boolean;
}

export const standing: MachineStanding = { lost: false, diskElsewhere: false };

/** Whoever asks another account, or another region, sees neither the machine nor its disk: nothing is concluded from that. */
export function judgeMachine({ instance, volume }: MadeMachine, { sees, isUsed, isItsOwn }: DiskFacts): MachineStanding {
  const warning = `neither its machine ${instance} nor its data volume ${volume} is seen: is this the right account and region?`;
  if (!sees) return { ...standing, warning };
  return isItsOwn ? standing : { lost: true, diskElsewhere: isUsed };
}

/** Said in each run while it is in the program. */
export function tellLost(host: string, { instance, volume }: MadeMachine, leaves: boolean, diskElsewhere: boolean): string {
  const gone = `${host}: its machine ${instance} is gone at Amazon, and no other is made in its place.`;
  const elsewhere = `Its data volume ${volume} is in another machine`;
  if (leaves) return diskElsewhere ? `${gone} ${elsewhere}, and stays` : gone;
  if (diskElsewhere) return `${gone} ${elsewhere}. To be rid of the rest, which leaves that volume alone: retired: "unseen"`;
  return [
    `${gone} Its data volume ${volume} and its address stay. To go on with what is on the disk, declare a second host with`,
    `dataDisk: { volumeId: "${volume}" }, run \`dray up\`, then \`dray restore WORKLOAD --to SECOND --from SECOND\`.`,
    'To be rid of this one, with a final snapshot: retired: "unseen"',
  ].join(" ");
}
