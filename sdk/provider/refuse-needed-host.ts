/** Whether a host may leave the program. Its machine may go with it, so what it alone has is asked for first. */
import type { HostHandle } from "../engine/host/host-handle";
import { hasOpenMove } from "../engine/move/move-records";
import type { VolumeRecord, WorkloadRecord } from "../engine/record/host-record";
import { observeHost } from "../engine/workload/host-snapshot";
import { DrayageError } from "../spec/drayage-error";
import type { OperationRequest } from "./resource-handler";

export interface LeavingHost {
  readonly handle: HostHandle;
  readonly stackUid: string;
  /** `protection.data` of the host. */
  readonly isProtected: boolean;
  /** Whether the workload with this identity was removed by this process: what is left of it keeps nobody. */
  readonly removed: (identity: string) => boolean;
}

type Request = Pick<OperationRequest, "name" | "report">;

/** @throws DATA_PROTECTED while something of this stack needs what the host has, or protected data is left on it */
export async function refuseNeeded(request: Request, { handle, stackUid, isProtected, removed }: LeavingHost): Promise<void> {
  const { workloads } = await observeHost(handle).record();
  for (const [identity, workload] of Object.entries(workloads).filter(([, { owner }]) => owner.stackUid === stackUid)) {
    const gone = workload.removed !== undefined || removed(identity);
    const [kept, superseded] = [namesOf(workload, "kept"), namesOf(workload, "superseded")];
    if (!gone) refuseHoldings(request, workload, superseded);
    const stay = [...kept, ...superseded];
    if (stay.length === 0) continue;
    if (isProtected) throw protectedData(request, workload, stay);
    request.report.say("info", `keeps volumes of ${workload.name}: ${stay.join(", ")}`);
  }
}

/** Its data is all that is left of something that this stack still needs. */
function refuseHoldings({ name }: Request, workload: WorkloadRecord, superseded: readonly string[]): void {
  const open = hasOpenMove(workload);
  if (!open && superseded.length === 0) return;
  const what = open ? "a move of it is not finished" : `it keeps ${superseded.join(", ")} from a move`;
  throw new DrayageError("DATA_PROTECTED", `is still needed by ${workload.name}: ${what}`, {
    subject: name,
    hint: open ? "Run `dray up` first." : `Remove what is not wanted: dray volumes rm ${superseded[0]}`,
  });
}

function protectedData({ name }: Request, workload: WorkloadRecord, left: readonly string[]): DrayageError {
  return new DrayageError(
    "DATA_PROTECTED",
    `its data is protected, and it keeps volumes of ${workload.name}: ${left.join(", ")}`,
    {
      subject: name,
      hint: "Take `protection` from the host and run `dray up`; then it may leave the program.",
    },
  );
}

/** A host that does not answer is not one without data. */
export function unseenData({ name, urn }: Pick<OperationRequest, "name" | "urn">): DrayageError {
  return new DrayageError("DATA_PROTECTED", "its data is protected, and it does not answer: what it keeps is not known", {
    subject: name,
    hint: `Run the same command again when it answers. If it is lost for good: dray pulumi -- state delete '${urn}'`,
  });
}

function namesOf({ volumes }: WorkloadRecord, wanted: VolumeRecord["state"]): string[] {
  return Object.values(volumes).flatMap(({ state, dockerName }) => (state === wanted ? [dockerName] : []));
}
