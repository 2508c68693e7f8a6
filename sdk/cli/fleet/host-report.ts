/** Every host of the stack as it is now: facts, load, what lives there, what data is kept there. Changes nothing. */
import type { Clock } from "../../engine/clock";
import { type MeasuredHost, measureHost } from "../../engine/host/measure-host";
import { type HostProbe, probeHost } from "../../engine/host/probe-host";
import { label } from "../../engine/labels";
import type { WorkloadRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import type { VouchedKey } from "../../spec/host";
import { type HostTraits, hostTraits } from "../../spec/host-traits";
import { asDrayageError } from "../render/render-error";
import type { HostState } from "../state/stack-state";
import { latest } from "./act-on-service";
import type { Fleet, FleetHost } from "./fleet";
import { type FleetVolume, volumesOn } from "./list-volumes";
import { serviceContainer } from "./service-containers";

export interface HostReport {
  readonly name: string;
  /** `deploy@10.0.0.11:2222`, `this machine`. */
  readonly address: string;
  readonly machineId: string;
  /** Absent: it was never reached. */
  readonly engineId?: string;
  readonly hostKeys: readonly VouchedKey[];
  readonly traits: HostTraits;
  /** Absent: it did not answer. */
  readonly measured?: MeasuredHost;
  /** Absent: it could not be measured. */
  readonly now?: HostProbe;
  /** Another engine answers than the one that the state knows. */
  readonly replaced: boolean;
  readonly workloads: readonly LivingWorkload[];
  /** Volumes that nothing uses any more: superseded by a move, kept by a destroy, in no record. */
  readonly data: readonly FleetVolume[];
  readonly errors: readonly DrayageError[];
}

export interface LivingWorkload {
  readonly workload: string;
  readonly identity: string;
  readonly state: WorkloadRecord["state"];
  readonly running: number;
  readonly containers: number;
  /** Absent when it is this stack's. */
  readonly foreignOwner?: { readonly project: string; readonly stack: string };
}

export interface ReportParts {
  readonly fleet: Fleet;
  readonly stackUid: string | undefined;
  readonly clock: Clock;
}

/** All at once: one that does not answer costs one dial and holds up no other. @throws NOT_FOUND for a name the state does not know */
export async function reportHosts(parts: ReportParts, names: readonly string[] = []): Promise<HostReport[]> {
  const { fleet } = parts;
  const chosen = names.length === 0 ? fleet.hosts : names.map((name) => fleet.host(name));
  return Promise.all(chosen.map((host) => reportOn(host, parts)));
}

async function reportOn(host: HostState, parts: ReportParts): Promise<HostReport> {
  const errors: DrayageError[] = [];
  const tried = async <T>(part: Promise<T>): Promise<T | undefined> => {
    try {
      return await part;
    } catch (error) {
      errors.push(asDrayageError(error));
      return undefined;
    }
  };
  const { name, machineId, engineId, hostKeys = [] } = host;
  const known = {
    name,
    address: addressOf(host),
    machineId,
    ...(engineId && { engineId }),
    hostKeys,
    traits: hostTraits(host.traits),
  };
  const reached = await tried(parts.fleet.connect(name));
  if (reached === undefined) return { ...known, replaced: false, workloads: [], data: [], errors };
  const { clock, fleet, stackUid } = parts;
  // Sizes take as long as the volumes are large, so nothing limits them but that the host is heard at all.
  const unused = volumesOn(reached, { fleet, stackUid, states: ["superseded", "kept", "unrecorded"] });
  unused.catch(() => undefined);
  const [measured, now, workloads] = await Promise.all([
    tried(inTime(name, clock, measureHost(reached.docker, machineId))),
    tried(inTime(name, clock, probeHost(reached.docker, clock))),
    tried(inTime(name, clock, livingOn(reached, parts))),
  ]);
  const data = measured === undefined ? undefined : await tried(unused);
  const replaced = measured !== undefined && engineId !== undefined && measured.engineId !== engineId;
  return {
    ...known,
    ...(measured && { measured }),
    ...(now && { now }),
    replaced,
    workloads: workloads ?? [],
    data: data ?? [],
    errors,
  };
}

/** A destroyed workload leaves an entry for the volumes it kept; one that was handed over lives elsewhere. */
async function livingOn(host: FleetHost, { fleet, stackUid }: ReportParts): Promise<LivingWorkload[]> {
  const [{ workloads }, summaries] = await Promise.all([
    host.record.read(),
    host.docker.listContainers({ label: [label.identity, `${label.kind}=container`] }),
  ]);
  return Object.entries(workloads).flatMap(([identity, { name, state, owner }]) => {
    const own = summaries.filter((it) => it.Labels[label.identity] === identity);
    const serving = latest(own.map((it) => serviceContainer(it, name, host.name)));
    const known = fleet.state.workloads.some((it) => it.identity === identity);
    if (state === "ceded" || (serving.length === 0 && !known)) return [];
    const { project, stack } = owner;
    const running = serving.filter((it) => it.state === "running").length;
    const foreign = owner.stackUid === stackUid ? {} : { foreignOwner: { project, stack } };
    return [{ workload: name, identity, state, running, containers: serving.length, ...foreign }];
  });
}

/** A connection that breaks while it is used is noticed by ssh much later than a person waits. */
const answerDeadlineMs = 15_000;

async function inTime<T>(host: string, clock: Clock, answer: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = clock.sleep(answerDeadlineMs, answered.signal).then(() => {
    throw new DrayageError("HOST_TIMEOUT", `it did not answer within ${answerDeadlineMs / 1000} s`, { subject: host });
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    late.catch(() => undefined);
    answered.abort();
  }
}

function addressOf({ connection }: HostState): string {
  if (connection.kind === "local") return "this machine";
  const { user, address, port } = connection;
  return `${user === undefined ? "" : `${user}@`}${address}${port === undefined ? "" : `:${port}`}`;
}
