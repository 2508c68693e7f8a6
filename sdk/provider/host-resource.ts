/** Host and LocalHost: reached, verified, measured; where the program says so, prepared. */
import type { Clock } from "../engine/clock";
import type { HostHandle } from "../engine/host/host-handle";
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
import { HostPreparation, knownOfUnusable, preparationDrift } from "./host-preparation";
import { otherMachineAnswers, refuseOther } from "./other-machine";
import { hasUnknown, isRecord, type PlainRecord } from "./plain";
import type { PrepareDoor } from "./prepare-wish";
import { refuseNeeded, unseenData } from "./refuse-needed-host";
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
  /** For machines that are to be prepared. */
  readonly prepare: PrepareDoor;
  readonly clock: Clock;
  /** Ends what a host forwards for this stack when it leaves the program; yields a line for each. Absent: nothing is forwarded. */
  readonly forgetForwards?: (host: HostHandle, stackUid: string) => Promise<readonly string[]>;
  /** Told of each host that answers in a run. */
  readonly onReached?: ((host: HostHandle) => void) | undefined;
}

export function createHostHandler(parts: HostHandlerParts): ResourceHandler {
  const { kind, hosts, removed, enrolment, prepare, clock, forgetForwards, onReached } = parts;
  const preparation = new HostPreparation({ door: prepare, hosts, clock });
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

  /** The machine leaves by its name only: the program has it under another one. */
  const staysAs = async ({ name, measured }: HostHandle): Promise<boolean> => {
    const names = hosts.declared().map((it) => it.name);
    const same = (other: HostHandle) => other.name !== name && other.measured.engineId === measured.engineId;
    return (await hosts.opened()).some((other) => names.includes(other.name) && same(other));
  };

  const measured = async (asked: CreateRequest | UpdateRequest, olds: PlainRecord): Promise<PlainRecord> => {
    const { connection, request, outputs: keys } = await arrivals.arrive(asked, olds);
    const { news } = request;
    const bare = preparation.of(news, connection);
    if (hasUnknown(plainConnection(connection)) || hasUnknown(recordOf(news.prepare))) {
      await preparation.unseen(request, bare);
      return unknownHost(news, connection);
    }
    const known: Partial<HostRefSpec> = "id" in request ? refOf(olds) : {};
    const explain = (error: unknown) => {
      throw arrivals.explained(error, news, olds);
    };
    const machine = await preparation
      .bring(request, bare, (looked) => refuseOther(request, known.machineId, looked))
      .catch(explain);
    if (machine?.usable === false) return { ...unknownHost(news, connection), ...knownOfUnusable(machine, known) };
    const handle = await preparation.reach(bare, () => reach(news, connection, known)).catch(explain);
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
        Object.fromEntries(Object.entries(inputs).filter(([key]) => !uncompared.includes(key)));
      const changes = diffPaths(without(oldInputs), without(news));
      const detailedDiff = { ...changes, ...preparationDrift(oldInputs), ...otherMachine(olds) };
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
      // At once: that a machine is still as it was prepared should cost a preview nothing.
      const [handle, inputs] = await Promise.all([
        reachedOrWarned(request, () => reachKnown(request)),
        preparation.read(request, preparation.of(oldInputs, arrivals.known(oldInputs, olds))),
      ]);
      if (handle === undefined) return { id, outputs: olds, inputs };
      const { spentKeys } = olds;
      const now = { ...outputsOf(oldInputs, handle), ...(spentKeys === undefined ? {} : { spentKeys }) };
      if (isSameMachine(known, refOf(now))) return { id, outputs: now, inputs };
      const observed = { machineId: handle.measured.machineId ?? "", engineId: handle.measured.engineId };
      request.report.say("warning", `another machine answers now (${observed.machineId}, was ${known.machineId})`);
      return { id, outputs: { ...olds, observed }, inputs };
    },
    async update(request) {
      const before = refOf(request.olds);
      const outputs = await measured(request, request.olds);
      refuseOtherMachine(request, before, refOf(outputs));
      return { outputs };
    },
    async delete(request) {
      const { stackUid, protection } = request.oldInputs;
      const isProtected = recordOf(protection).data === true;
      const handle = await reachedOrWarned(request, () => reachKnown(request));
      if (handle === undefined && isProtected) throw unseenData(request);
      if (handle === undefined) return;
      await refuseNeeded(request, { handle, stackUid: textOf(stackUid), isProtected, removed });
      if (await staysAs(handle)) return;
      for (const told of (await forgetForwards?.(handle, textOf(stackUid))) ?? []) request.report.say("info", told);
    },
  };
}

/** Said by Read, or about the machine that runs the program. */
const uncompared = [...volatileInputs, "stackUid", "drift"];

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
  arch: textOf(inputs.arch) || UNKNOWN,
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
  throw otherMachineAnswers(name, now.machineId, before.machineId);
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

const importNotSupported = ({ name }: ReadRequest): DrayageError =>
  new DrayageError("NOT_SUPPORTED", "a host is not imported: declare it, and the next up takes it up", { subject: name });
