/** Host and LocalHost: reached, verified, measured. Nothing on them is changed by them. */

import type { Clock } from "../engine/clock";
import type { HostHandle } from "../engine/host/host-handle";
import { hasOpenMove } from "../engine/move/move-records";
import type { WorkloadRecord } from "../engine/record/host-record";
import { observeHost } from "../engine/workload/host-snapshot";
import { DrayageError, exitCodes } from "../spec/drayage-error";
import type { HostConnection, HostRefSpec } from "../spec/host";
import type { HostTraitsInput } from "../spec/host-traits";
import { mintIncarnation } from "../spec/identity";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { recordOf, reportedProblems, stackUidProblem, textOf, volatileInputs } from "./common-inputs";
import { diffPaths } from "./diff-paths";
import type { EnrolDoor, Hosts } from "./engine-doors";
import { HostArrival } from "./host-arrival";
import { readHostInputs } from "./host-inputs";
import { hasUnknown, isRecord, type PlainRecord } from "./plain";
import type {
  CreateRequest,
  DeleteRequest,
  Difference,
  OperationRequest,
  ReadRequest,
  ReadState,
  ResourceHandler,
  UpdateRequest,
} from "./resource-handler";

export interface HostHandlerParts {
  readonly kind: "ssh" | "local";
  readonly hosts: Hosts;
  /** Whether the workload with this identity was removed by this process: what is left of it keeps nobody. */
  readonly removed: (identity: string) => boolean;
  /** For machines that are met for the first time. */
  readonly enrolment: EnrolDoor;
  readonly clock: Clock;
  /** Told of each host that answers in a run. */
  readonly onReached?: ((host: HostHandle) => void) | undefined;
}

export function createHostHandler({ kind, hosts, removed, enrolment, clock, onReached }: HostHandlerParts): ResourceHandler {
  const arrivals = new HostArrival({ kind, door: enrolment, clock });
  const reach = async (inputs: PlainRecord, connection: HostConnection, known: Partial<HostRefSpec>): Promise<HostHandle> => {
    const handle = await hosts.open({ ...known, name: textOf(inputs.name), connection }, textOf(inputs.programDir));
    onReached?.(handle);
    return handle;
  };
  const reachKnown = async ({ oldInputs, olds, name }: ReadRequest | DeleteRequest): Promise<HostHandle> => {
    const connection = arrivals.known(oldInputs, olds);
    if (!hasUnknown(plainConnection(connection))) return reach(oldInputs, connection, refOf(olds));
    throw new DrayageError("HOST_KEY_UNKNOWN", "this machine was not met yet", { subject: name, hint: "Run `dray up`." });
  };

  const measured = async (asked: CreateRequest | UpdateRequest, olds: PlainRecord): Promise<PlainRecord> => {
    const { connection, request, outputs: keys } = await arrivals.arrive(asked, olds);
    const { news } = request;
    if (hasUnknown(plainConnection(connection))) return unknownHost(news, connection);
    const handle = await reach(news, connection, "id" in request ? refOf(olds) : {}).catch((error: unknown) => {
      throw arrivals.explained(error, news, olds);
    });
    const outputs = { ...outputsOf(news, handle), ...keys };
    hosts.know(refOf(outputs));
    arrivals.saw(outputs);
    return outputs;
  };

  return {
    refreshBeforeUpdate: true,
    check({ news, urn }) {
      const reported = reportedProblems(news);
      const normalised = readHostInputs(news, kind);
      if ("connection" in normalised) {
        const { traits } = normalised;
        const connection = arrivals.known(news, {});
        hosts.declare({ name: textOf(news.name), connection, base: textOf(news.programDir), ...(traits && { traits }) });
      }
      const own = [...stackUidProblem(news, urn), ...("problems" in normalised ? normalised.problems : [])];
      return { inputs: news, problems: reported.length > 0 ? reported : own };
    },
    diff({ olds, oldInputs, news }): Difference {
      hosts.know(refOf(olds));
      arrivals.saw(olds);
      const without = (inputs: PlainRecord) =>
        Object.fromEntries(Object.entries(inputs).filter(([key]) => !volatileInputs.includes(key) && key !== "stackUid"));
      const detailedDiff = { ...diffPaths(without(oldInputs), without(news)), ...otherMachine(olds) };
      return { changed: Object.keys(detailedDiff).length > 0, detailedDiff };
    },
    async create(request) {
      const outputs = await measured(request, {});
      return { id: mintIncarnation(request.name), outputs };
    },
    async read(request): Promise<ReadState> {
      if (Object.keys(request.oldInputs).length === 0) throw importNotSupported(request);
      const { id, olds, oldInputs } = request;
      const known = refOf(olds);
      hosts.know(known);
      arrivals.saw(olds);
      const handle = await reachedOrWarned(request, () => reachKnown(request));
      if (handle === undefined) return { id, outputs: olds, inputs: oldInputs };
      const { spentKeys } = olds;
      const now = { ...outputsOf(oldInputs, handle), ...(spentKeys === undefined ? {} : { spentKeys }) };
      if (isSameMachine(known, refOf(now))) return { id, outputs: now, inputs: oldInputs };
      const observed = { machineId: handle.measured.machineId ?? "", engineId: handle.measured.engineId };
      request.report.say("warning", `another machine answers now (${observed.machineId}, was ${known.machineId})`);
      return { id, outputs: { ...olds, observed }, inputs: oldInputs };
    },
    async update(request) {
      const before = refOf(request.olds);
      const outputs = await measured(request, request.olds);
      refuseOtherMachine(request, before, refOf(outputs));
      return { outputs };
    },
    async delete(request) {
      const handle = await reachedOrWarned(request, () => reachKnown(request));
      if (handle !== undefined) await refuseNeeded(request, handle, textOf(request.oldInputs.stackUid), removed);
    },
  };
}

function outputsOf(inputs: PlainRecord, { connection, measured }: HostHandle): PlainRecord {
  const { engineId, machineId, arch } = measured;
  return {
    name: inputs.name,
    connection: { ...plainConnection(connection.spec) },
    engineId,
    machineId: machineId ?? UNKNOWN,
    arch,
    ...(connection.hostKey === undefined ? {} : { hostKey: connection.hostKey, hostKeys: [vouched(connection.hostKey, inputs)] }),
  };
}

/** ssh has verified the key by what a first contact made, by the program's pin, or else by known_hosts. */
function vouched(key: string, { hostKey, hostKeySource, injected }: PlainRecord): PlainRecord {
  if (textOf(injected) !== "") return { key, source: "enrolled" };
  if (textOf(hostKey) === "") return { key, source: "known_hosts" };
  return { key, source: textOf(hostKeySource) || "declared" };
}

const unknownHost = (inputs: PlainRecord, connection: HostConnection): PlainRecord => ({
  name: inputs.name,
  connection: plainConnection(connection),
  engineId: UNKNOWN,
  machineId: UNKNOWN,
  arch: UNKNOWN,
  hostKey: UNKNOWN,
  hostKeys: UNKNOWN,
});

const plainConnection = (connection: object): PlainRecord =>
  Object.fromEntries(Object.entries(connection).filter(([, value]) => value !== undefined));

export function refOf(outputs: PlainRecord): HostRefSpec {
  const connection = recordOf(outputs.connection) as unknown as HostConnection;
  const { name, engineId, machineId, arch, traits } = outputs;
  return {
    name: textOf(name),
    connection,
    engineId: textOf(engineId),
    machineId: textOf(machineId),
    arch: textOf(arch),
    ...(isRecord(traits) && { traits: traits as HostTraitsInput }),
  };
}

/** An engine id is made once per installation: while it is the same, so is the machine. */
function isSameMachine(before: HostRefSpec, now: HostRefSpec): boolean {
  if (before.engineId === "" || isUnknown(now.engineId)) return true;
  return before.engineId === now.engineId || (before.machineId !== "" && before.machineId === now.machineId);
}

const otherMachine = ({ observed }: PlainRecord): Record<string, "update"> =>
  observed === undefined ? {} : { machineId: "update" };

function refuseOtherMachine({ news, name }: UpdateRequest, before: HostRefSpec, now: HostRefSpec): void {
  if (isSameMachine(before, now) || textOf(news.rebuilt) === before.machineId) return;
  throw new DrayageError("HOST_REPLACED", `another machine answers: its id is ${now.machineId}, and was ${before.machineId}`, {
    subject: name,
    hint: `If it was replaced on purpose and its data is gone, write: rebuilt: "${before.machineId}"`,
  });
}

/** A host that cannot be reached must not fail the preview of everything else, least of all the one that repairs it. */
export async function reachedOrWarned(
  { report }: Pick<OperationRequest, "report">,
  reach: () => Promise<HostHandle>,
): Promise<HostHandle | undefined> {
  try {
    return await reach();
  } catch (error) {
    if (!(error instanceof DrayageError) || !isReachFailure(error)) throw error;
    report.say("warning", `${error.message}; showing what was last known`);
    return undefined;
  }
}

const isReachFailure = ({ code }: DrayageError): boolean =>
  exitCodes[code] === exitCodes.HOST_UNREACHABLE || code.startsWith("HOST_");

/** Its data is all that is left of something that this stack still needs. */
async function refuseNeeded(
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

const importNotSupported = ({ name }: ReadRequest): DrayageError =>
  new DrayageError("NOT_SUPPORTED", "a host is not imported: declare it, and the next up takes it up", { subject: name });
