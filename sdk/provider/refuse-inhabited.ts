/** Whether a machine may be destroyed: whoever's workloads or data are on it, they are named, with the command for each. */
import type { HostHandle } from "../engine/host/host-handle";
import { hasOpenMove, livesHere } from "../engine/move/move-records";
import type { WorkloadRecord } from "../engine/record/host-record";
import { observeHost } from "../engine/workload/host-snapshot";
import { DrayageError } from "../spec/drayage-error";
import { textOf } from "./common-inputs";
import type { CreateRequest, UpdateRequest } from "./resource-handler";

export interface LeavingMachine {
  readonly machine: string;
  /** undefined: it was never met, so nothing of ours can be on it. */
  readonly open: () => Promise<HostHandle | undefined>;
}

/** @throws DATA_PROTECTED while something is on it, or when it does not answer */
export async function refuseInhabited(request: CreateRequest | UpdateRequest, { machine, open }: LeavingMachine): Promise<void> {
  const read = async () => {
    const handle = await open();
    return handle && observeHost(handle).record();
  };
  const record = await read().catch((cause: unknown) => {
    throw new DrayageError("DATA_PROTECTED", "does not answer, so nobody can see whether data is on it", {
      subject: machine,
      hint: 'Start it; or if it is lost, write retired: "unseen": of its data volume a final snapshot stays.',
      cause,
    });
  });
  if (record === undefined) return;
  const { workloads } = record;
  const { stackUid } = request.news;
  const held = Object.values(workloads).flatMap((workload) =>
    holdings(workload, machine, workload.owner.stackUid === textOf(stackUid)),
  );
  if (held.length === 0) return tellForwards(request, machine, Object.values(workloads));
  throw new DrayageError("DATA_PROTECTED", `cannot be retired: ${held.map(({ what }) => what).join("; ")}`, {
    subject: machine,
    hint: `${[...new Set(held.map(({ next }) => next))].join(". Then: ")}.`,
  });
}

/** No data goes with it, but a way that clients may still take. */
function tellForwards({ report }: CreateRequest | UpdateRequest, machine: string, workloads: readonly WorkloadRecord[]): void {
  for (const { name, forward } of workloads)
    if (forward !== undefined)
      report.say("warning", `${machine} forwards clients of ${name} to ${forward.to.host}: that ends with it`);
}

interface Holding {
  readonly what: string;
  readonly next: string;
}

function holdings(workload: WorkloadRecord, machine: string, own: boolean): Holding[] {
  const { name, owner, removed, volumes, folders = {} } = workload;
  const of = own ? name : `${name} (stack ${owner.project}/${owner.stack})`;
  if (removed === undefined && hasOpenMove(workload))
    return [{ what: `a move of ${of} is not finished`, next: "Run `dray up` without `retired`" }];
  if (removed === undefined && livesHere(workload))
    return [
      { what: `${of} lives on it`, next: `Give ${name} another host than ${machine} and run \`dray up\` without \`retired\`` },
    ];
  const left = Object.values(volumes).map(({ dockerName, state: kept }) => ({
    what: `${dockerName} of ${of} is kept on it (${kept})`,
    next: `Remove what is not wanted: dray volumes rm ${dockerName} --host ${machine}`,
  }));
  const leftFolders = Object.keys(folders).map((path) => ({
    what: `the folder ${path} of ${of} is left on it`,
    next: `Remove ${path} on ${machine}`,
  }));
  return [...left, ...leftFolders];
}
