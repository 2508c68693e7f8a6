import { all, CustomResource, type CustomResourceOptions, type Output } from "@pulumi/pulumi";
import type { Problem } from "../spec/drayage-error";
import { computeEndpoint } from "../spec/endpoint";
import type { HostRefSpec } from "../spec/host";
import { normaliseWorkload } from "../spec/normalise-workload";
import { Place } from "../spec/place";
import type { PortSpec } from "../spec/port";
import { declaredHost, isLeaving } from "./declared-hosts";
import { formerNames } from "./former-names";
import { knownPart } from "./known-part";
import { missingSecrets, type PlacedSecret, placedSecrets } from "./missing-secrets";
import type { HostRef } from "./placeable";
import { pinsOfWorkload, programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";
import { serviceInputs } from "./service-inputs";
import type { ServiceArgs, WorkloadArgs } from "./workload-args";

/** Where a published port is reached. */
export interface EndpointRef {
  /** What clients dial: the host's endpoint or published address, else its address. */
  readonly address: Output<string>;
  /** What workloads on the program's other hosts dial: the host's private address, else `address`. */
  readonly privateAddress: Output<string>;
  /** Port of the host. */
  readonly port: Output<number>;
  readonly url: Output<string>;
}

/** Where a workload lives, as of the last up or refresh. */
export interface Placement {
  /** The program's name for the host. */
  readonly host: string;
  readonly machineId: string;
  readonly engineId: string;
}

/**
 * Services, their networks and volumes, that live on one host and move together.
 *
 * @example
 * const shop = new Workload("shop", {
 *   host: rack,
 *   services: {
 *     web: { image: "nginx:1.27", ports: ["80:80"], dependsOn: ["db"] },
 *     db: { image: "postgres:16", volumes: { data: "/var/lib/postgresql/data" } },
 *   },
 *   volumes: { data: {} },
 * });
 * export const url = shop.endpoint("web", 80).url;
 */
export class Workload<
  const S extends string = string,
  const V extends string = never,
  const N extends string = never,
> extends CustomResource {
  /** Who this is, for ever: the same after renames and moves. */
  declare readonly identity: Output<string>;
  declare readonly placement: Output<Placement>;
  /** Names of hosts that forward to it for clients that still dial them, the one that it left last at the end. Absent: none. */
  declare readonly forwardedFrom: Output<readonly string[] | undefined>;
  declare private readonly written: Written;

  constructor(name: string, args: WorkloadArgs<S, V, N>, options?: CustomResourceOptions) {
    const facts = programFacts();
    const written = readArgs(name, args, facts.programDir);
    const { placement: kept, locks, lost, problems: pinProblems } = pinsOfWorkload(name);
    const keptOn = kept && declaredHost(kept.host);
    const pinned = kept && { ...kept, ...(keptOn && { ref: keptOn }) };
    const late: Problem[] = [...pinProblems];
    // Endpoints that do not exist are asked for after the constructor, but within the same turn of the program.
    const missing = missingSecrets(secretsOf(written.services), facts.programDir);
    const turn = new Promise<readonly Problem[]>((resolve) => setImmediate(() => resolve([...written.problems, ...late])));
    const problems = reportProblems(
      name,
      turn.then(async (found) => [...found, ...(await missing)]),
    );
    // A pin is void when the program says something else than it said then.
    const livesOn = keptOn !== undefined && kept?.instead === written.host?.name ? keptOn : written.host;
    const outputs = { identity: undefined, placement: undefined, forwardedFrom: undefined };
    const inputs = { ...written.inputs, ...facts, ...formerNames(options), pin: pinned, locks, lost, problems, ...outputs };
    super("drayage:index:Workload", name, inputs, options);
    Object.defineProperty(this, "written", { value: { ...written, host: livesOn, late }, enumerable: false });
  }

  /** Where the program wants it, or a pin of `dray move`. Known at once, unlike `placement`. */
  get wantedHost(): HostRef {
    return this.written.host;
  }

  /** Where a port of a service is reached from outside; known in preview when the host's address is. The port must be published. */
  endpoint(service: S, port: number, protocol: PortSpec["protocol"] = "tcp"): EndpointRef {
    const { spec, services, host, late } = this.written;
    const request = { service, port, protocol };
    const known = spec && computeEndpoint({ spec, connection: { kind: "ssh", address: "" }, ...request });
    if (known !== undefined && "problem" in known) late.push(known.problem);
    const found = Object.hasOwn(services, service) ? services[service] : undefined;
    const { ports, networkMode } = (found ?? {}) as Partial<ServiceArgs>;
    // The URN makes what uses the endpoint wait for the workload; unlike its outputs it is known in preview.
    const { connection, traits } = host;
    const values = all([this.urn, { connection, traits }, { ports, networkMode }] as const);
    const endpoint = values.apply(([, at, reachable]) => endpointOf(at as Reached, reachable, request));
    return {
      address: endpoint.apply((it) => it.address),
      privateAddress: endpoint.apply((it) => it.privateAddress),
      port: endpoint.apply((it) => it.port),
      url: endpoint.apply((it) => it.url),
    };
  }
}

interface Written {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly services: Readonly<Record<string, unknown>>;
  readonly host: HostRef;
  /** Undefined when there are problems. */
  readonly spec: Extract<ReturnType<typeof normaliseWorkload>, { spec: unknown }>["spec"] | undefined;
  readonly problems: readonly Problem[];
  /** What is found after the constructor. */
  readonly late: Problem[];
}

function readArgs<S extends string, V extends string, N extends string>(
  name: string,
  args: WorkloadArgs<S, V, N>,
  base: string,
): Omit<Written, "late"> {
  const { host, services: writtenServices, ...rest } = args;
  const read = Object.entries((writtenServices ?? {}) as Readonly<Record<string, ServiceArgs>>).map(
    ([key, service]) => [key, serviceInputs(key, service, base)] as const,
  );
  const services = Object.fromEntries(read.map(([key, { service }]) => [key, service]));
  const ref = (host !== undefined && "ref" in host ? host.ref : host) as HostRef;
  const normalised = normaliseWorkload(knownPart({ name, ...rest, services }), { allowUnknown: true });
  const hostProblems = ref === undefined ? [{ path: "host", reason: "expected a Host, got nothing" }] : [];
  const leaving = isLeaving(ref?.name) ? [{ path: "host", reason: `${ref.name} is retired: name another host` }] : [];
  const found = "problems" in normalised ? normalised.problems : [];
  return {
    inputs: { name, ...rest, services, host: ref },
    services,
    host: ref,
    spec: "spec" in normalised ? normalised.spec : undefined,
    problems: [...hostProblems, ...leaving, ...read.flatMap(([, { problems }]) => problems), ...found],
  };
}

type Reached = Pick<HostRefSpec, "connection" | "traits">;
const nowhere = { address: "", privateAddress: "", port: 0, url: "" };

/** The readers know every way of writing a port, so one service goes through them. */
function endpointOf(
  host: Reached,
  reachable: unknown,
  request: { service: string; port: number; protocol: PortSpec["protocol"] },
) {
  const read = normaliseWorkload({ name: "x", services: { [request.service]: { image: "x", ...(reachable as object) } } });
  const endpoint = "spec" in read ? computeEndpoint({ spec: read.spec, ...host, ...request }) : undefined;
  return endpoint === undefined || "problem" in endpoint ? nowhere : endpoint;
}

function secretsOf(services: Readonly<Record<string, unknown>>): PlacedSecret[] {
  const at = Place.root([]).key("services");
  return Object.entries(services).flatMap(([name, service]) =>
    placedSecrets((service as { readonly secrets?: unknown } | undefined)?.secrets, at.key(name).key("secrets")),
  );
}
