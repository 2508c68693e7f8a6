/** What the state of a stack says about hosts and workloads, read without starting an engine. */
import { z } from "zod";
import type { ConnectionSpec } from "../../engine/connection/connection";
import { DrayageError } from "../../spec/drayage-error";
import type { VouchedKey } from "../../spec/host";
import { type HostTraitsInput, splitTraits } from "../../spec/host-traits";
import { commandsOf, foldersOf, record } from "./declared-parts";
import { type PendingCreate, pendingCreates } from "./pending-creates";

export interface StackState {
  readonly hosts: readonly HostState[];
  readonly workloads: readonly WorkloadState[];
  readonly resources: number;
  /** ISO time of the last write; undefined for a stack that never ran. */
  readonly writtenAt: string | undefined;
  /** What runs were killed in. */
  readonly pendingCreates: readonly PendingCreate[];
}

export interface HostState {
  readonly name: string;
  readonly connection: ConnectionSpec;
  readonly machineId: string;
  /** Absent: it was never reached. */
  readonly engineId?: string;
  readonly hostKeys?: readonly VouchedKey[];
  /** What the program says of it. Absent: every default. */
  readonly traits?: HostTraitsInput;
}

export interface WorkloadState {
  readonly name: string;
  readonly urn: string;
  readonly id: string;
  readonly identity: string;
  /** Host name → host. One, until a workload can live on several. */
  readonly placements: readonly HostState[];
  /** What the program said at the last up; a pin may hold it elsewhere. */
  readonly wantedHost: string | undefined;
  readonly services: readonly string[];
  /** Service → command whose output stands for its data. */
  readonly fingerprints: Readonly<Record<string, readonly string[]>>;
  /** Volumes whose data must not be lost: neither ephemeral nor somebody else's. */
  readonly volumes: readonly string[];
  /** Volumes whose data may be lost. */
  readonly ephemeral: readonly string[];
  /** Absolute paths of the host that its services mount. */
  readonly folders: readonly string[];
  /** What ran after the last apply; absent in states of before there were receipts. */
  readonly receipt: RanReceipt | undefined;
  /** Service → command that writes what it holds in memory. */
  readonly flushes: Readonly<Record<string, readonly string[]>>;
}

/** By service. */
export interface RanReceipt {
  /** As the host's record has it of the same release. */
  readonly hash?: string | undefined;
  readonly images: Readonly<Record<string, string>>;
  readonly configurations: Readonly<Record<string, string>>;
}

export const noState: StackState = { hosts: [], workloads: [], resources: 0, writtenAt: undefined, pendingCreates: [] };

const connection = z.union([
  z.looseObject({ kind: z.literal("local"), socket: z.string().optional() }),
  z.looseObject({
    kind: z.literal("ssh"),
    address: z.string(),
    user: z.string().optional(),
    port: z.number().optional(),
    identityFile: z.union([z.string(), z.array(z.string())]).optional(),
    hostKey: z.string().optional(),
    proxyJump: z.string().optional(),
    proxyCommand: z.string().optional(),
    socket: z.string().optional(),
  }),
]);

const hostKey = z.object({ key: z.string(), source: z.enum(["declared", "known_hosts", "enrolled", "provider"]) });
const hostRef = z.looseObject({
  name: z.string(),
  connection,
  machineId: z.string().catch(""),
  engineId: z.string().optional().catch(undefined),
  hostKeys: z.array(hostKey).optional().catch(undefined),
  traits: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const ranReceipt = z.looseObject({
  hash: z.string().optional().catch(undefined),
  images: z.record(z.string(), z.string()),
  configurations: z.record(z.string(), z.string()),
});

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  /** Why it is not as wanted: its last create or update failed half-way. */
  initErrors: z.array(z.string()).nullish(),
  /** It was replaced and waits for its removal. */
  delete: z.boolean().optional(),
});

export type StateResource = z.infer<typeof resource>;

const deployment = z.looseObject({
  manifest: z.looseObject({ time: z.string().optional() }).optional(),
  resources: z.array(resource).nullish(),
});

/** Takes what `pulumi stack export` prints and what the file backend keeps; the two wrap the same deployment. */
export function parseStackState(text: string, where: string): StackState {
  const { resources, time } = parseDeployment(text, where);
  const hosts = resources.flatMap(hostOf);
  return {
    hosts,
    workloads: resources.flatMap((it) => workloadOf(it, hosts)),
    resources: resources.filter((it) => !isInternal(it.type)).length,
    writtenAt: time === undefined || time.startsWith("0001-") ? undefined : time,
    pendingCreates: pendingCreates(text),
  };
}

/** What is no resource to a person: the stack, providers, and what only keeps what may differ between stacks. */
export function isInternal(type: string): boolean {
  return type === "pulumi:pulumi:Stack" || type.startsWith("pulumi:providers:") || type === "drayage:index:Environment";
}

/** The resources as the state has them, inputs and outputs; secrets stay ciphertext. */
export function parseDeployment(text: string, where: string): { resources: StateResource[]; time: string | undefined } {
  const parsed = deployment.safeParse(unwrapped(text, where));
  if (!parsed.success) throw unreadable(where, parsed.error);
  return { resources: parsed.data.resources ?? [], time: parsed.data.manifest?.time };
}

/** Every host the state knows, by name: registered ones and those a workload lives on. */
export function knownHosts(state: StackState): HostState[] {
  const all = [...state.workloads.flatMap((it) => it.placements), ...state.hosts];
  return [...new Map(all.map((host) => [host.name, host])).values()];
}

/** Host references out of a file; what is none is left out. */
export function hostStates(values: unknown): HostState[] {
  return Array.isArray(values) ? values.flatMap(hostRefOf) : [];
}

function workloadOf(it: StateResource, hosts: readonly HostState[]): WorkloadState[] {
  const identity = it.outputs?.identity ?? it.inputs?.identity;
  if (it.type !== "drayage:index:Workload" || typeof identity !== "string" || it.id === undefined) return [];
  const wanted = record(it.inputs?.host).name;
  return [
    {
      name: nameOf(it.urn),
      urn: it.urn,
      id: it.id,
      identity,
      placements: placementsOf(it, hosts),
      wantedHost: typeof wanted === "string" ? wanted : undefined,
      services: Object.keys(record(it.inputs?.services)).sort(),
      fingerprints: commandsOf(record(it.inputs?.services), "fingerprint"),
      volumes: Object.entries(record(it.inputs?.volumes)).flatMap(([name, volume]) =>
        record(volume).ephemeral === true || record(volume).external !== undefined ? [] : [name],
      ),
      ephemeral: Object.entries(record(it.inputs?.volumes)).flatMap(([name, volume]) =>
        record(volume).ephemeral === true ? [name] : [],
      ),
      folders: foldersOf(record(it.inputs?.services)),
      receipt: ranReceipt.safeParse(it.outputs?.receipt).data,
      flushes: commandsOf(record(it.inputs?.services), "flush"),
    },
  ];
}

/** Where it lives, not where the program wanted it: the two differ after a pin or an interrupted move. */
function placementsOf({ inputs, outputs }: StateResource, hosts: readonly HostState[]): HostState[] {
  const many = Object.values(record(outputs?.placements)).flatMap(hostRefOf);
  const wanted = hostRefOf(inputs?.host);
  const lives = record(outputs?.placement).host;
  if (typeof lives === "string") return [...many, ...hosts, ...wanted].filter((host) => host.name === lives).slice(0, 1);
  return many.length > 0 ? many : wanted;
}

/** What was verified comes first: the outputs; a Host that only has inputs yet is reached as the program says. */
function hostOf(it: StateResource): HostState[] {
  const kind = hostKinds[it.type];
  if (kind === undefined) return [];
  const { reached, traits } = splitTraits(it.inputs ?? {});
  return hostRefOf({ name: nameOf(it.urn), connection: { kind, ...reached }, ...it.outputs, traits });
}

const hostKinds: Readonly<Record<string, ConnectionSpec["kind"]>> = {
  "drayage:index:Host": "ssh",
  "drayage:index:LocalHost": "local",
};

function hostRefOf(value: unknown): HostState[] {
  const parsed = hostRef.safeParse(value);
  if (!parsed.success) return [];
  const { name, machineId, engineId, hostKeys, traits } = parsed.data;
  const known = {
    ...(engineId && { engineId }),
    ...(hostKeys && { hostKeys }),
    ...(traits && { traits: traits as HostTraitsInput }),
  };
  return [{ name, machineId, connection: parsed.data.connection as ConnectionSpec, ...known }];
}

/** The last part of a URN; it may itself hold `::`. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function unwrapped(text: string, where: string): unknown {
  if (text.trim() === "") return {};
  try {
    const whole = JSON.parse(text) as { deployment?: unknown; checkpoint?: { latest?: unknown } };
    return whole.deployment ?? whole.checkpoint?.latest ?? {};
  } catch (cause) {
    throw unreadable(where, cause);
  }
}

function unreadable(where: string, cause: unknown): DrayageError {
  return new DrayageError("PULUMI_FAILED", "The state of the stack cannot be read.", {
    subject: where,
    hint: "`pulumi stack export` shows what Pulumi makes of it.",
    cause,
  });
}
