/** Requests and doubles for the handlers: hosts without connections, a workload room that records what it is asked. */
import type { HostHandle } from "../../../sdk/engine/host/host-handle";
import type { MeasuredHost } from "../../../sdk/engine/host/measure-host";
import type { Plan } from "../../../sdk/engine/plan/plan";
import type { ReceiptSummary } from "../../../sdk/engine/receipt/receipt-summary";
import { emptyHostRecord, type HostRecord } from "../../../sdk/engine/record/host-record";
import { silentReport } from "../../../sdk/engine/report";
import type { FoundSecret } from "../../../sdk/engine/secret/open-secret-reader";
import type {
  DeclaredHost,
  Hosts,
  PeerHost,
  UnbornWish,
  WorkloadApplied,
  WorkloadDoor,
  WorkloadFound,
  WorkloadWish,
} from "../../../sdk/provider/engine-doors";
import type { PlainRecord } from "../../../sdk/provider/plain";
import type { PrepareDoor, PreparedMachine, PrepareWish } from "../../../sdk/provider/prepare-wish";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import type { HostRefSpec } from "../../../sdk/spec/host";
import { describeSecretRef, type SecretRef } from "../../../sdk/spec/secret-ref";

export const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
export const urnOf = (name: string, type = "drayage:index:Workload") => `urn:pulumi:dev::shop::${type}::${name}`;

export const said: string[] = [];
export const operation = (name: string, type = "drayage:index:Workload") => ({
  urn: urnOf(name, type),
  type,
  name,
  signal: new AbortController().signal,
  timeoutMs: 0,
  report: { ...silentReport, say: (_: string, text: string) => void said.push(text) },
  secretPaths: [],
});

export const refOf = (name: string, machine = name): HostRefSpec => ({
  name,
  connection: { kind: "ssh", address: `${name}.example` },
  engineId: `engine-${machine}`,
  machineId: `machine-${machine}`,
  arch: "amd64",
});

export const inputsOf = (name: string, host: HostRefSpec, more: PlainRecord = {}): PlainRecord => ({
  name,
  stackUid: "uid",
  programDir: "/program",
  host: host as unknown as PlainRecord,
  services: { web: { image: "nginx:1" } },
  ...more,
});

/** Host name → the machine that answers there now; a name that is missing does not answer. */
export class FakeHosts implements Hosts {
  readonly known: HostRefSpec[] = [];
  readonly dialled: string[] = [];
  readonly forgotten: string[] = [];
  readonly awaited = new Set<string>();
  readonly records = new Map<string, HostRecord>();
  private readonly handles = new Map<string, HostHandle>();
  /** What is measured beside ids and architecture. */
  measured: Partial<MeasuredHost> = {};

  constructor(
    readonly machines: Record<string, string>,
    readonly keys: Record<string, string> = {},
  ) {}

  async open(ref: { name: string }): Promise<HostHandle> {
    this.dialled.push(ref.name);
    const machine = this.machines[ref.name];
    if (machine === undefined) throw new DrayageError("HOST_TIMEOUT", "did not answer", { subject: ref.name });
    const key = `${ref.name} ${machine}`;
    const handle = this.handles.get(key) ?? this.handle(ref.name, machine);
    this.handles.set(key, handle);
    return handle;
  }

  async forget({ name }: { name: string }): Promise<void> {
    this.forgotten.push(name);
  }

  know(ref: HostRefSpec): void {
    this.known.push(ref);
  }

  find({ host, machineId }: { host: string; machineId: string }): HostRefSpec | undefined {
    return this.known.find((ref) => ref.name === host || ref.machineId === machineId);
  }

  readonly list: DeclaredHost[] = [];
  declare = (host: DeclaredHost) => void this.list.push(host);
  declared = () => this.list;

  async opened(): Promise<readonly HostHandle[]> {
    return [...this.handles.values()];
  }

  /** Where it is not the usual one; of handles that are made from then on. */
  readonly addresses: Record<string, string> = {};

  private handle(name: string, machine: string): HostHandle {
    const connection = {
      host: name,
      spec: { kind: "ssh", address: this.addresses[name] ?? `${name}.example` },
      socketPath: "",
      hostKey: this.keys[name] ?? `ssh-ed25519 ${machine}`,
    };
    const measured = { machineId: `machine-${machine}`, engineId: `engine-${machine}`, arch: "amd64", ...this.measured };
    const record = { read: async () => this.records.get(name) ?? emptyHostRecord };
    return { name, connection, measured, record, docker: {} } as unknown as HostHandle;
  }
}

/** What is where, as `describeSecretRef` calls it; the rest is missing. */
export const secretsAt = (values: Record<string, string> = {}) => ({
  read: async (refs: readonly SecretRef[]): Promise<readonly FoundSecret[]> =>
    refs.map((ref) => {
      const value = values[describeSecretRef(ref)];
      return value === undefined ? { problem: `${describeSecretRef(ref)} is missing`, hint: "put it there" } : { value };
    }),
});

/** A machine that lacks what it is told to lack; an apply mends all of it. */
export class FakePrepareDoor implements PrepareDoor {
  readonly applied: PrepareWish[] = [];
  machineId = "0123456789abcdef0123456789abcdef";
  /** Kind of operation → why it is needed. */
  lacks: Record<string, string> = {};
  usable = true;
  refusal: DrayageError | undefined;

  lookAhead = async (): Promise<void> => undefined;

  unseen = async (host: string): Promise<Plan> => planOf(host, { "install engine": `${host} does not exist yet` });

  async preview(wish: PrepareWish): Promise<PreparedMachine> {
    const looked = { machineId: this.machineId, arch: "arm64", usable: this.usable };
    wish.onLooked?.(looked);
    if (this.refusal !== undefined) throw this.refusal;
    return { ...looked, plan: planOf(wish.ref.name, this.lacks) };
  }

  async apply(wish: PrepareWish): Promise<PreparedMachine> {
    const { plan, ...looked } = await this.preview(wish);
    this.applied.push(wish);
    this.usable = true;
    this.lacks = {};
    return { ...looked, plan, usable: true };
  }
}

function planOf(host: string, lacks: Record<string, string>): Plan {
  const operations = Object.entries(lacks).map(([kind, cause]) => ({
    ...{ id: kind, kind, subject: "engine", host, cause, destructive: false, touchesData: false },
    dependsOn: [],
    detail: {},
  }));
  return { ...noPlan, subject: host, operations };
}

export const noPlan: Plan = { schemaVersion: 1, kind: "none", subject: "", operations: [], outages: [], notes: [] };

export class FakeRoom implements WorkloadDoor {
  readonly applied: WorkloadWish[] = [];
  readonly previewed: WorkloadWish[] = [];
  readonly unborn: UnbornWish[] = [];
  found: Record<string, WorkloadFound> = {};
  failure: Error | undefined;
  /** Names of other identities with data. */
  left: string[] = [];
  livesOnSource = false;
  receipt: ReceiptSummary | undefined = {
    hash: "receipt",
    images: { web: "cafe.01" },
    configurations: {},
    secrets: {},
    data: {},
  };
  /** Identity → owning id. */
  readonly owners = new Map<string, string>();

  async preview(wish: WorkloadWish): Promise<Plan> {
    this.previewed.push(wish);
    return noPlan;
  }

  async previewUnborn(wish: UnbornWish): Promise<Plan> {
    this.unborn.push(wish);
    return noPlan;
  }

  async apply(wish: WorkloadWish): Promise<WorkloadApplied> {
    this.applied.push(wish);
    this.owners.set(wish.identity, wish.owner.id);
    const host = this.livesOnSource && wish.source !== undefined ? wish.source : wish.target;
    return { host, receipt: this.receipt, ...(this.failure && { failure: this.failure }) };
  }

  /** Names of hosts whose own record proves that the workload came there. */
  readonly taken: string[] = [];

  took = async (host: HostHandle): Promise<boolean> => this.taken.includes(host.name);

  /** Names of hosts whose record says that it serves there. */
  readonly serving: string[] = [];

  servesOn = async (host: HostHandle): Promise<boolean> => this.serving.includes(host.name);

  /** Hosts that may forward to where it lives. */
  forwarding: PeerHost[] = [];
  /** Names of hosts that do not forward as they should. */
  readonly amiss: string[] = [];

  forwardedFrom = async (): Promise<readonly PeerHost[]> => this.forwarding;

  /** Names of hosts that forward no more. */
  readonly ended: string[] = [];

  forwards = async (old: HostHandle) =>
    this.ended.includes(old.name) ? ("no" as const) : this.amiss.includes(old.name) ? ("amiss" as const) : ("well" as const);

  async find(host: HostHandle): Promise<WorkloadFound> {
    return this.found[host.name] ?? { state: "present", drift: [], ownerId: undefined };
  }

  /** Names of hosts on which it is. */
  homes: string[] = [];

  lives = async (host: HostHandle): Promise<boolean> => this.homes.includes(host.name);

  previewRemoval = async (wish: WorkloadWish): Promise<Plan> => ({ ...noPlan, subject: wish.spec.name });

  async remove(wish: WorkloadWish) {
    const owner = this.owners.get(wish.identity);
    return { kept: [], ownedBy: owner === undefined || owner === wish.owner.id ? undefined : { ...wish.owner, id: owner } };
  }

  others = async (): Promise<string[]> => this.left;
}
