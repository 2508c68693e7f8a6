/** What comes in at the doors of this room, and what goes out. */
import type { HostHandle } from "../host/host-handle";
import type { Measured } from "../plan/run-plan";
import type { DataProof } from "../receipt/receipt-summary";
import type { ApplyRequest, WorkloadOutcome } from "../workload/workload-request";

/** `spec` is the one that runs on the source: other changes of the same edit are a plan of their own afterwards. */
export interface MoveRequest extends Omit<ApplyRequest, "host" | "volumeNames" | "adopt"> {
  readonly from: HostHandle;
  readonly to: HostHandle;
  /** false: the source forwards nothing afterwards, whatever the spec that runs says. Absent: as that says. */
  readonly forward?: false;
}

export interface MoveOutcome extends WorkloadOutcome {
  /** Bytes of volumes that travelled, all rounds. */
  readonly bytes: number;
  readonly measured: Measured;
  /** What the volumes held when both sides were proved equal, as far as it was known in time. */
  readonly proofs: Readonly<Record<string, DataProof>>;
}
