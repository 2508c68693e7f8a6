/** A host that leaves the program while it has something that the program still needs. */
import type { HostHandle } from "../engine/host/host-handle";
import { hasOpenMove } from "../engine/move/move-records";
import type { WorkloadRecord } from "../engine/record/host-record";
import { observeHost } from "../engine/workload/host-snapshot";
import { DrayageError } from "../spec/drayage-error";
import type { OperationRequest } from "./resource-handler";

/** Its data is all that is left of something that this stack still needs. */
export async function refuseNeeded(
  { name, report }: OperationRequest,
  handle: HostHandle,
  stackUid: string,
  removed: (identity: string) => boolean,
): Promise<void> {
  const { workloads } = await observeHost(handle).record();
  for (const [identity, workload] of Object.entries(workloads).filter(([, { owner }]) => owner.stackUid === stackUid)) {
    const names = (state: string) => Object.values(workload.volumes).flatMap((it) => (it.state === state ? [it.dockerName] : []));
    const [superseded, kept] = [names("superseded"), names("kept")];
    const gone = workload.removed !== undefined || removed(identity);
    if (!gone) refuseHoldings(name, workload, superseded);
    const stay = gone ? [...kept, ...superseded] : kept;
    if (stay.length > 0) report.say("info", `keeps volumes of ${workload.name}: ${stay.join(", ")}`);
  }
}

function refuseHoldings(host: string, workload: WorkloadRecord, superseded: readonly string[]): void {
  const open = hasOpenMove(workload);
  if (!open && superseded.length === 0) return;
  const what = open ? "a move of it is not finished" : `it keeps ${superseded.join(", ")} from a move`;
  throw new DrayageError("DATA_PROTECTED", `is still needed by ${workload.name}: ${what}`, {
    subject: host,
    hint: open ? "Run `dray up` first." : `Remove what is not wanted: dray volumes rm ${superseded[0]}`,
  });
}
