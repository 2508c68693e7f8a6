/** A host forwards for a workload no more. */
import type { DockerEngine } from "../docker/docker-engine";
import type { WorkloadRecord } from "../record/host-record";
import type { Lease } from "../record/record-store";
import { removeForwarders } from "./forwarder-container";

/** The container first: a record without it would leave nobody who knows that it has to go. */
export async function endForward(docker: DockerEngine, identity: string, lease: Lease): Promise<void> {
  await lease.assertHeld();
  await removeForwarders(docker, identity);
  await lease.change(withoutForward);
}

function withoutForward(record: WorkloadRecord): WorkloadRecord {
  const { forward: _, ...rest } = record;
  return record.forward === undefined ? record : rest;
}
