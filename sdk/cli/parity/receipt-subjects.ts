/** From the state of a stack to what a receipt is taken of. */
import type { ReceiptSubject } from "../../engine/receipt/receipt-request";
import { DrayageError } from "../../spec/drayage-error";
import type { Fleet } from "../fleet/fleet";
import type { HostState, WorkloadState } from "../state/stack-state";

export interface SubjectFilter {
  readonly host?: string;
  readonly workload?: string;
}

/** Each where the state says that it lives. @throws NOT_FOUND when nothing is left, HOST_* */
export async function receiptSubjects(fleet: Fleet, { host, workload }: SubjectFilter): Promise<ReceiptSubject[]> {
  const lives = fleet.state.workloads.flatMap((one) => one.placements.map((place) => ({ one, place })));
  const wanted = lives.filter(
    ({ one, place }) => (host === undefined || place.name === host) && (workload === undefined || one.name === workload),
  );
  if (wanted.length === 0) throw nothing(fleet, { host, workload } as SubjectFilter);
  return Promise.all(wanted.map(({ one, place }) => subjectOf(fleet, one, place)));
}

async function subjectOf(fleet: Fleet, workload: WorkloadState, place: HostState): Promise<ReceiptSubject> {
  const { docker } = await fleet.connect(place.name);
  const { connection, machineId, name } = place;
  const address = connection.kind === "ssh" ? { address: connection.address } : {};
  const { fingerprints, ephemeral, identity } = workload;
  return { host: { name, docker, machineId, ...address }, workload: workload.name, identity, fingerprints, ephemeral };
}

function nothing({ chosen, state }: Fleet, { host, workload }: SubjectFilter): DrayageError {
  const what = workload === undefined ? "no workload" : `no workload ${JSON.stringify(workload)}`;
  const where = host === undefined ? "" : ` on ${host}`;
  const known = state.workloads.map((it) => `${it.name} on ${it.placements.map((place) => place.name).join(", ")}`);
  return new DrayageError("NOT_FOUND", `Stack ${chosen.stack} has ${what}${where}.`, {
    hint: known.length === 0 ? "Nothing is deployed yet: `dray up`." : `It has ${known.join("; ")}.`,
  });
}
