/** Whether a machine can have a volume that exists, by what Amazon says of it. Pure. */
import type { Problem } from "../../sdk/spec/drayage-error";

export interface FoundDisk {
  readonly zone?: string;
  readonly problem?: Problem;
}

/** `place`: zone of the subnet that the machine will be in; undefined: the host's own, which is made where the volume is. */
export function judgeDisk(
  volume: string,
  { zone, isUsed }: { readonly zone: string; readonly isUsed: boolean },
  place: string | undefined,
): FoundDisk {
  const wrong = (reason: string): FoundDisk => ({
    zone,
    problem: { path: "dataDisk.volumeId", reason: `'${volume}' ${reason}` },
  });
  if (isUsed) return wrong("is in another machine: two would write to it. It is free when that one is gone");
  if (place !== undefined && place !== zone) return wrong(`is in ${zone}, and the subnet in ${place}: take a subnet of its zone`);
  return { zone };
}
