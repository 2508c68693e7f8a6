/** All resources of the package over one set of connections: what the plugin and the command line serve. */
import type { DockerEngine } from "../engine/docker/docker-engine";
import type { HostHandle } from "../engine/host/host-handle";
import type { HostRecord } from "../engine/record/host-record";
import type { SecretReader } from "../engine/secret/open-secret-reader";
import { observeHost } from "../engine/workload/host-snapshot";
import type { HostRefSpec } from "../spec/host";
import type { EnrolDoor, Hosts, ImageDoor, WorkloadDoor } from "./engine-doors";
import { createEnrolmentHandler } from "./enrolment-resource";
import { createHostKeyHandler } from "./host-key-resource";
import { createHostPool } from "./host-pool";
import { createHostHandler } from "./host-resource";
import { createIdentities } from "./identities";
import { createImageHandler } from "./image-resource";
import { createLeftovers, type Leftovers } from "./leftovers";
import { createLostPartHandler } from "./lost-part-resource";
import { createMachineImageHandler } from "./machine-image-resource";
import { createMachineMarkHandler } from "./machine-mark-resource";
import { createMistakesHandler } from "./mistakes-resource";
import type { FarHosts } from "./open-rooms";
import type { PrepareDoor } from "./prepare-wish";
import type { HandlerTable } from "./resource-handler";
import { createRetirementHandler } from "./retirement-resource";
import type { Surroundings } from "./surroundings";
import { createWorkloadHandler } from "./workload-resource";

export interface DrayageHandlers {
  readonly handlers: HandlerTable;
  /** A run of the engine begins: what was seen of hosts in an earlier one is old. */
  readonly onRun: () => Promise<void>;
  /** Loads what the first calls need and reaches hosts of the state, so that it is done while the engine boots. */
  readonly warm: (known: readonly (HostRefSpec & { readonly prepare?: unknown })[]) => void;
  /** Hosts of other stacks that may have an image of this one: reached when nobody else has it. */
  readonly alsoAsk: (far: () => Promise<FarHosts>) => void;
  /** What was read of secrets that are somewhere else: blotted out of every text. */
  readonly secretValues: () => Iterable<string>;
  /** What killed creates left on this run's hosts; only with `sweeps`. */
  readonly leftovers: Leftovers;
  /** Hosts of program and state that answered; only with `sweeps`. */
  readonly reachedHosts: () => readonly HostHandle[];
  /** Closes connections; ssh masters stay for a while, so that the next run is quick. */
  readonly onStop: () => Promise<void>;
}

export interface DrayageHandlersOptions {
  /** Reads the record of every host that answers, beside what else is asked of it. Default false. */
  readonly sweeps?: boolean;
}

export function createDrayageHandlers(surroundings: Surroundings, { sweeps }: DrayageHandlersOptions = {}): DrayageHandlers {
  const { clock, home } = surroundings;
  const connections = lazily(async () => {
    const { createConnectionPool } =
      require("../engine/connection/connection-pool") as typeof import("../engine/connection/connection-pool");
    const { runtimeDir, localSocket } = surroundings;
    return createConnectionPool({ runtimeDir, clock, ...(localSocket === undefined ? {} : { localSocket }) });
  });
  const hosts = createHostPool({
    home,
    connect: async (host, spec) => (await connections.get()).connect(host, spec),
    renew: async (host, spec) => {
      if (spec.kind === "ssh") await (await connections.get()).renew(host, spec);
    },
    openDocker: async (host, socket) =>
      (require("../engine/docker/docker-client") as typeof import("../engine/docker/docker-client")).connectDocker(host, socket),
    openRecord: async (docker: DockerEngine) =>
      (
        require("../engine/record/create-record-store") as typeof import("../engine/record/create-record-store")
      ).createRecordStore(docker, { clock }),
    readMachineId: async (docker) =>
      (require("../engine/host/read-machine-id") as typeof import("../engine/host/read-machine-id")).readMachineId(docker),
  });
  const secrets = openSecrets(surroundings);
  const rooms = lazily(async () => {
    const { openRooms } = require("./open-rooms") as typeof import("./open-rooms");
    return openRooms(surroundings, hosts, { far: () => far(), secrets });
  });
  let far = async (): Promise<FarHosts> => ({ refs: [], base: "/" });
  const gone = new Set<string>();
  const removed = (identity: string) => gone.has(identity);
  const identities = createIdentities();
  const records = new Map<HostHandle, Promise<HostRecord>>();
  const onReached = (host: HostHandle) => {
    const record = observeHost(host).record();
    record.catch(() => undefined);
    records.set(host, record);
  };
  const forgetForwards = async (handle: HostHandle, stackUid: string) =>
    (require("../engine/forward/forget-forwards") as typeof import("../engine/forward/forget-forwards")).forgetForwards(handle, {
      stackUid,
      holder: surroundings.holder,
    });
  const host = { hosts, removed, forgetForwards, ...(sweeps && { onReached }) };
  const image = later<ImageDoor>(async () => (await rooms.get()).image, ["preview", "build", "isPushed"]);
  const workload = later<WorkloadDoor>(
    async () => (await rooms.get()).workload,
    [
      ...(["preview", "previewUnborn", "apply", "find", "took", "lives", "previewRemoval", "remove", "others"] as const),
      ...(["servesOn", "forwardedFrom", "forwards"] as const),
    ],
  );
  const enrolment = later<EnrolDoor>(async () => {
    const { createEnrolDoor } = require("./enrol-door") as typeof import("./enrol-door");
    return createEnrolDoor({ home, connections: () => connections.get() });
  }, ["planArrival", "planRemoval", "enrol", "drop"]);
  const preparation = lazily(async () => {
    const { createPrepareDoor } = require("./prepare-door") as typeof import("./prepare-door");
    return createPrepareDoor({ connections: () => connections.get(), hosts, home, clock });
  });
  const prepare = later<PrepareDoor>(() => preparation.get(), ["lookAhead", "unseen", "preview", "apply"]);
  return {
    handlers: {
      "drayage:index:Host": createHostHandler({ kind: "ssh", ...host, enrolment, prepare, clock }),
      "drayage:index:LocalHost": createHostHandler({ kind: "local", ...host, enrolment, prepare, clock }),
      "drayage:index:HostKey": createHostKeyHandler({
        makePair: () =>
          (
            require("../engine/host/enrol/host-key-pair") as typeof import("../engine/host/enrol/host-key-pair")
          ).makeHostKeyPair(),
      }),
      "drayage:index:MachineImage": createMachineImageHandler(),
      "drayage:index:MachineMark": createMachineMarkHandler(),
      "drayage:index:LostPart": createLostPartHandler(),
      "drayage:index:Retirement": createRetirementHandler({ hosts }),
      "drayage:index:Mistakes": createMistakesHandler(),
      "drayage:index:Enrolment": createEnrolmentHandler({ door: enrolment, clock }),
      "drayage:index:Image": createImageHandler({ door: image, secrets, clock }),
      "drayage:index:Workload": createWorkloadHandler({
        hosts: hosts satisfies Hosts,
        door: workload,
        identities,
        secrets,
        clock,
        onRemoved: (identity) => void gone.add(identity),
      }),
    },
    leftovers: createLeftovers({ records: () => records, known: identities.known, removed, door: workload }),
    reachedHosts: () => [...records.keys()],
    secretValues: secrets.values,
    async onRun() {
      secrets.refresh();
      hosts.whenReached((handle) => observeHost(handle).refresh());
    },
    warm(known) {
      // A failure is told to the call that needs the host.
      for (const ref of known) hosts.open(ref, "/").catch(() => undefined);
      for (const ref of known) if (ref.prepare !== undefined) prepare.lookAhead(ref, ref.prepare).catch(() => undefined);
      rooms.get().catch(() => undefined);
    },
    alsoAsk(others) {
      far = others;
    },
    async onStop() {
      await rooms.made()?.then((it) => it.close());
      await connections.made()?.then((it) => it.close());
    },
  };
}

/** Most programs have no such secret: nothing is loaded for them. */
function openSecrets({ home, environment }: Surroundings): SecretReader {
  let opened: SecretReader | undefined;
  const open = (): SecretReader => {
    const { createSecretReader } =
      require("../engine/secret/open-secret-reader") as typeof import("../engine/secret/open-secret-reader");
    opened ??= createSecretReader({ home, environment });
    return opened;
  };
  return {
    read: (refs, base) => open().read(refs, base),
    values: () => opened?.values() ?? [],
    environment: () => opened?.environment() ?? environment,
    refresh: () => opened?.refresh(),
  };
}

// `require` keeps loading lazy in the CommonJS output, and synchronous.
/** Loading the engine costs more than a check or a diff: it waits for the first call that needs it. */
function lazily<T>(make: () => Promise<T>): { get(): Promise<T>; made(): Promise<T> | undefined } {
  let made: Promise<T> | undefined;
  return {
    get: () => {
      made ??= make();
      return made;
    },
    made: () => made,
  };
}

type Call = (...args: never[]) => Promise<unknown>;

function later<Door extends object>(open: () => Promise<Door>, methods: readonly (keyof Door & string)[]): Door {
  const call =
    (method: keyof Door & string): Call =>
    async (...args) =>
      ((await open())[method] as Call)(...args);
  return Object.fromEntries(methods.map((method) => [method, call(method)])) as Door;
}
