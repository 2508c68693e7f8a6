/** What the stack's hosts forward for clients that still dial them, by their records, their containers and what those count. */
import { z } from "zod";
import { type ObservedForwarder, observedForwarders } from "../../engine/forward/forwarder-container";
import { label } from "../../engine/labels";
import type { ForwardRecord, WorkloadRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import { asDrayageError } from "../render/render-error";
import type { Fleet, FleetHost } from "./fleet";

export interface FleetForward {
  /** Its name in the program, as far as the state knows it. */
  readonly workload: string;
  /** The one that it had when it left, where it was renamed since. */
  readonly formerName?: string;
  readonly identity: string;
  /** That clients dial. */
  readonly host: string;
  readonly to: { readonly host: string; readonly address: string };
  readonly ports: readonly number[];
  readonly since: string;
  /** missing: the record asks for it, and an up makes it. */
  readonly state: "running" | "stopped" | "missing";
  /** Of a running one; absent: it did not tell. */
  readonly counted?: ForwardCounters;
}

/** Since the forwarder was started last. */
export type ForwardCounters = z.infer<typeof counters>;

export interface FleetForwards {
  readonly forwards: readonly FleetForward[];
  readonly failed: readonly DrayageError[];
}

export async function listForwards(fleet: Fleet, stackUid: string | undefined): Promise<FleetForwards> {
  const { reached, failed } = await fleet.connectAll();
  const known = new Map(fleet.state.workloads.map(({ identity, name }) => [identity, name]));
  const ours = (identity: string, { owner }: WorkloadRecord) => owner.stackUid === stackUid || known.has(identity);
  const perHost = await Promise.allSettled(reached.map((host) => forwardsOn(host, ours, known)));
  const errors = perHost.flatMap((it) => (it.status === "rejected" ? [asDrayageError(it.reason)] : []));
  const forwards = perHost.flatMap((it) => (it.status === "fulfilled" ? it.value : []));
  return { forwards: forwards.sort((a, b) => key(a).localeCompare(key(b))), failed: [...failed, ...errors] };
}

/** Of one workload. @throws NOT_FOUND, USAGE where several hosts forward and none was named */
export function oneForward({ forwards, failed }: FleetForwards, workload: string, host: string | undefined): FleetForward {
  const named = (it: FleetForward) => it.workload === workload || it.formerName === workload;
  const found = forwards.filter((it) => named(it) && (host === undefined || it.host === host));
  const [only, ...others] = found;
  if (only === undefined) {
    if (failed[0] !== undefined) throw failed[0];
    throw new DrayageError("NOT_FOUND", `${host ?? "No host"} forwards ${host === undefined ? "" : "nothing "}for ${workload}.`, {
      hint: "dray forwards",
    });
  }
  if (others.length === 0) return only;
  throw new DrayageError("USAGE", `${workload} is forwarded by ${found.map((it) => it.host).join(" and ")}.`, {
    hint: `Say which: --host ${only.host}`,
  });
}

async function forwardsOn(
  host: FleetHost,
  ours: (identity: string, record: WorkloadRecord) => boolean,
  names: ReadonlyMap<string, string>,
): Promise<FleetForward[]> {
  const { workloads } = await host.record.read();
  const asked = Object.entries(workloads).flatMap(([identity, record]) =>
    record.forward !== undefined && ours(identity, record) ? [{ identity, name: record.name, forward: record.forward }] : [],
  );
  if (asked.length === 0) return [];
  const containers = await host.docker.listContainers({ label: [label.identity] });
  return Promise.all(
    asked.map(({ identity, name, forward }) =>
      described(host, { identity, ...named(names.get(identity), name) }, forward, observedForwarders(containers, identity)),
    ),
  );
}

function named(name: string | undefined, recorded: string): Pick<FleetForward, "workload" | "formerName"> {
  return { workload: name ?? recorded, ...(name !== undefined && name !== recorded && { formerName: recorded }) };
}

async function described(
  host: FleetHost,
  of: Pick<FleetForward, "identity" | "workload" | "formerName">,
  { to, address, ports, since }: ForwardRecord,
  [forwarder]: readonly ObservedForwarder[],
): Promise<FleetForward> {
  const state = forwarder === undefined ? "missing" : forwarder.running ? "running" : "stopped";
  const counted = forwarder?.running ? await countersOf(host, forwarder.id) : undefined;
  return {
    ...of,
    host: host.name,
    to: { host: to.host, address },
    ports,
    since,
    state,
    ...(counted && { counted }),
  };
}

const counters = z.object({
  since: z.string(),
  connections: z.number(),
  active: z.number(),
  failed: z.number(),
  lastAt: z.string().optional(),
  lastError: z.string().optional(),
});

/** Counts are for orientation: one that does not tell is no failure. */
async function countersOf({ docker }: FleetHost, id: string): Promise<ForwardCounters | undefined> {
  try {
    const { exitCode, stdout } = await docker.exec(id, ["/mover", "forwarded"], { timeoutMs: 5000 });
    return exitCode === 0 ? counters.safeParse(JSON.parse(stdout.toString())).data : undefined;
  } catch {
    return undefined;
  }
}

function key(it: FleetForward): string {
  return `${it.workload}@${it.host}`;
}
