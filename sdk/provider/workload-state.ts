/** What the state keeps of a workload. Small: the rest is on its host. */
import type { ReceiptSummary } from "../engine/receipt/receipt-summary";
import type { SecretVersions } from "../engine/secret/secret-versions";
import type { HostRefSpec } from "../spec/host";
import { isUnknown } from "../spec/unknown";
import type { WorkloadSpec } from "../spec/workload";
import { recordOf, textOf } from "./common-inputs";
import { refOf } from "./host-resource";
import type { PlainRecord } from "./plain";

export interface Place {
  /** The program's name for the host. */
  readonly host: string;
  readonly machineId: string;
  readonly engineId: string;
}

export interface WorkloadState {
  readonly schemaVersion: 1;
  readonly identity: string;
  readonly ownerId: string;
  readonly placement: Place;
  /** Host name → host. A map from the start; one until a workload can live on several. */
  readonly placements: Readonly<Record<string, HostRefSpec>>;
  readonly secretKey: string;
  /** Of secrets that are somewhere else. Absent: there are none. */
  readonly secretVersions?: SecretVersions;
  /** What ran after the last apply: what is left to know of it when its host is gone. */
  readonly receipt: ReceiptSummary;
  /** The other end of a move that was begun and not finished: Diff is then never "none". */
  readonly openMove?: Place;
  /** Hosts that answer, where earlier moves left something: an up cleans it. */
  readonly leftBehind?: readonly Place[];
  /** Names of hosts that forward to where it lives, the one that it left last at the end. Absent: none. */
  readonly forwardedFrom?: readonly string[];
  /** The same hosts as they were reached last: what is left to know of them when the host where it lives is lost. Absent: none. */
  readonly formerHosts?: readonly HostRefSpec[];
  /** Hosts that answer and do not forward as they should: an up sees to it. */
  readonly forwardsAmiss?: readonly Place[];
}

export function readState(outputs: PlainRecord): WorkloadState | undefined {
  if (textOf(outputs.identity) === "" || outputs.placement === undefined) return undefined;
  const placements = Object.entries(recordOf(outputs.placements)).map(([name, ref]) => [name, refOf(recordOf(ref))] as const);
  const openMove = outputs.openMove === undefined ? undefined : readPlace(recordOf(outputs.openMove));
  const leftBehind = readPlaces(outputs.leftBehind);
  const forwardsAmiss = readPlaces(outputs.forwardsAmiss);
  return {
    schemaVersion: 1,
    identity: textOf(outputs.identity),
    ownerId: textOf(outputs.ownerId),
    placement: readPlace(recordOf(outputs.placement)),
    placements: Object.fromEntries(placements),
    secretKey: textOf(outputs.secretKey),
    receipt: readReceipt(outputs.receipt),
    ...(outputs.secretVersions === undefined ? {} : { secretVersions: readVersions(recordOf(outputs.secretVersions)) }),
    ...(openMove === undefined ? {} : { openMove }),
    ...(leftBehind.length === 0 ? {} : { leftBehind }),
    ...(forwardsAmiss.length === 0 ? {} : { forwardsAmiss }),
    ...(Array.isArray(outputs.forwardedFrom) && { forwardedFrom: outputs.forwardedFrom.map(textOf) }),
    ...(Array.isArray(outputs.formerHosts) && { formerHosts: outputs.formerHosts.map((it) => refOf(recordOf(it))) }),
  };
}

export const noReceipt: ReceiptSummary = { hash: "", images: {}, configurations: {}, secrets: {}, data: {} };

/** Before it was a record it was the hash alone. */
function readReceipt(value: PlainRecord[string] | undefined): ReceiptSummary {
  if (typeof value === "string") return { ...noReceipt, hash: isUnknown(value) ? "" : value };
  return { ...noReceipt, ...(recordOf(value) as unknown as ReceiptSummary) };
}

/** What data was proved to be before stays known, for volumes that are still there. */
export function nextReceipt(
  state: WorkloadState | undefined,
  applied: ReceiptSummary | undefined,
  { volumes }: Pick<WorkloadSpec, "volumes">,
): ReceiptSummary {
  const before = state?.receipt ?? noReceipt;
  if (applied === undefined) return before;
  const known = Object.entries(before.data).filter(([volume]) => volumes[volume] !== undefined);
  return { ...applied, data: { ...Object.fromEntries(known), ...applied.data } };
}

export const stateOutputs = (state: WorkloadState): PlainRecord => state as unknown as PlainRecord;

export const placeOf = ({ name, machineId, engineId }: HostRefSpec): Place => ({ host: name, machineId, engineId });

/** One machine, whatever its address and name: undefined when that cannot be known yet. */
export function isSamePlace(one: Place, other: Place): boolean | undefined {
  if (isUnknown(one.engineId) || isUnknown(other.engineId)) return undefined;
  if (one.engineId !== other.engineId) return false;
  if (one.machineId === "" || other.machineId === "" || isUnknown(one.machineId) || isUnknown(other.machineId)) return true;
  return one.machineId === other.machineId;
}

function readPlace({ host, machineId, engineId }: PlainRecord): Place {
  return { host: textOf(host), machineId: textOf(machineId), engineId: textOf(engineId) };
}

const readPlaces = (value: PlainRecord[string] | undefined): Place[] =>
  (Array.isArray(value) ? value : []).map((one) => readPlace(recordOf(one)));

function readVersions(outputs: PlainRecord): SecretVersions {
  const services = Object.entries(outputs).map(([service, names]) => {
    const versions = Object.entries(recordOf(names)).map(([name, it]) => {
      const { version, hash, source } = recordOf(it);
      return [name, { version: Number(version), hash: textOf(hash), ...(typeof source === "string" && { source }) }] as const;
    });
    return [service, Object.fromEntries(versions)] as const;
  });
  return Object.fromEntries(services);
}
