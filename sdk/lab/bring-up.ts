import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { DockerEngine } from "../engine/docker/docker-engine";
import { DrayageError } from "../spec/drayage-error";
import { addressAt, defaultLabRange } from "./choose-subnet";
import { makeKeyPair, readKeyPair } from "./key-pair";
import type { LabUpOptions } from "./lab";
import { keysTar, type LabContainer, startLabContainer } from "./lab-container";
import { obtainBareImage, obtainLabImage } from "./lab-image";
import { labLabel, labLabels } from "./lab-labels";
import { createLabNetwork } from "./lab-network";
import { knownHostsFile, waitForHost, writeKnownHosts } from "./lab-ssh";
import { type LabHost, type LabState, labDirectory, readLabState, writeLabState } from "./lab-state";

/** Makes what is missing, starts what is stopped, leaves alone what runs. The state is written before and after each thing made. */
export async function bringUp(options: LabUpOptions): Promise<LabState> {
  checkNames(options);
  const images = await obtainImages(options);
  let state = await withNetwork(options, (await readLabState(options.root, options.name)) ?? freshState(options.name));
  const running = await startKnown(options.docker, state);
  const missing = wantedHosts(state, options).filter(({ name }) => !running.has(name));
  // The first host finds out what the engine allows, the others follow together.
  for (const group of [missing.slice(0, 1), missing.slice(1)]) {
    const made = await Promise.all(group.map((wanted, index) => makeHost(options, state, images, wanted, index)));
    state = await save(options, mergeHosts(state, made));
  }
  await writeKnownHosts(labDirectory(options.root, state.name), state.hosts);
  const knownHosts = knownHostsFile(labDirectory(options.root, state.name));
  await Promise.all(state.hosts.map((host) => waitForHost(host, knownHosts, options.context)));
  return state;
}

interface MadeHost {
  readonly host: LabHost;
  readonly privileged: boolean;
}

interface WantedHost {
  readonly name: string;
  readonly bare: boolean;
}

/** Those that were asked for: hosts of the other kind may not be wanted on this machine at all. */
interface Images {
  readonly engine: string | undefined;
  readonly bare: string | undefined;
}

/** Room for the images of a three-tier system; the file behind it is sparse. */
const spareDisk = "3G";

async function obtainImages({ docker, context, hosts, bare = [], root, name }: LabUpOptions): Promise<Images> {
  const known = (await readLabState(root, name))?.hosts ?? [];
  const someBare = bare.length > 0 || known.some((host) => host.bare);
  const others = hosts.length > 0 || known.some((host) => !host.bare);
  return {
    engine: others || !someBare ? await obtainLabImage(docker, context) : undefined,
    bare: someBare ? await obtainBareImage(docker, context) : undefined,
  };
}

function checkNames(options: LabUpOptions): void {
  const names = [...options.hosts, ...(options.bare ?? [])];
  const wrong = [options.name, ...names].find((name) => !/^[a-z0-9][a-z0-9-]{0,30}$/.test(name));
  if (wrong !== undefined) {
    throw new DrayageError(
      "USAGE",
      `\`${wrong}\` cannot name a lab or a host: lower-case letters, digits and dashes, at most 31`,
      { subject: wrong },
    );
  }
  if (new Set(names).size !== names.length) {
    throw new DrayageError("USAGE", "a host is named twice", { subject: names.join(",") });
  }
}

function freshState(name: string): LabState {
  return { version: 1, name, id: randomBytes(8).toString("hex"), subnet: "", networkId: "", hosts: [] };
}

async function save(options: LabUpOptions, state: LabState): Promise<LabState> {
  await writeLabState(options.root, state);
  return state;
}

async function withNetwork(options: LabUpOptions, state: LabState): Promise<LabState> {
  const { docker } = options;
  if (state.networkId === "") {
    await save(options, state);
    // A killed `up` may have left one that the state does not know.
    const leavings = await docker.listNetworks({ label: [`${labLabel}=${state.id}`] });
    for (const network of leavings) await docker.removeNetwork(network.Id);
    return save(options, {
      ...state,
      ...(await createLabNetwork(docker, { ...state, range: options.range ?? defaultLabRange })),
    });
  }
  if ((await docker.inspectNetwork(state.networkId)) !== undefined) return state;
  throw new DrayageError("WORLD_MOVED", `the network of lab \`${state.name}\` is gone`, {
    subject: state.name,
    hint: "Run `dray lab down`, then `dray lab up`.",
  });
}

/** What a host was made as it stays. */
function wantedHosts(state: LabState, { hosts, bare = [] }: LabUpOptions): WantedHost[] {
  const named = [...hosts.map((name) => ({ name, bare: false })), ...bare.map((name) => ({ name, bare: true }))];
  const known = state.hosts.map((host) => ({ name: host.name, bare: host.bare === true }));
  return [...known, ...named.filter(({ name }) => !known.some((host) => host.name === name))];
}

/** The names of the hosts whose containers are there, all started. */
async function startKnown(docker: DockerEngine, state: LabState): Promise<Set<string>> {
  const there = await Promise.all(
    state.hosts.map(async (host) => {
      const container = await docker.inspectContainer(host.containerId);
      if (container !== undefined && !container.State.Running) await docker.startContainer(host.containerId);
      return container === undefined ? [] : [host.name];
    }),
  );
  return new Set(there.flat());
}

function mergeHosts(state: LabState, made: readonly MadeHost[]): LabState {
  const fresh = new Map(made.map(({ host }) => [host.name, host]));
  const kept = state.hosts.filter((host) => !fresh.has(host.name));
  const privileged = made[0]?.privileged ?? state.privileged;
  return { ...state, ...(privileged === undefined ? {} : { privileged }), hosts: [...kept, ...fresh.values()] };
}

/** A host whose container was removed by hand keeps its keys, address and volume. */
async function makeHost(
  options: LabUpOptions,
  state: LabState,
  images: Images,
  { name, bare }: WantedHost,
  index: number,
): Promise<MadeHost> {
  const directory = labDirectory(options.root, state.name);
  const known = state.hosts.find((host) => host.name === name);
  const prefix = `drayage-lab-${state.name}-${state.id.slice(0, 6)}-${name}`;
  const identityFile = join(directory, "id_ed25519");
  const [operator, hostKeys] = await Promise.all([
    state.hosts.length === 0 ? makeKeyPair(identityFile) : readKeyPair(identityFile),
    known === undefined ? makeKeyPair(join(directory, `${name}_host_key`)) : readKeyPair(join(directory, `${name}_host_key`)),
  ]);
  const address = known?.address ?? addressAt(state.subnet, nextIndex(state) + index);
  const volume = prefix;
  await options.docker.createVolume(volume, labLabels(state.id));
  await removeLeavings(options.docker, state.id, prefix);
  const container: LabContainer = {
    lab: state,
    containerName: prefix,
    hostName: name,
    image: (bare ? images.bare : images.engine) ?? "",
    address,
    volume,
    files: await keysTar(hostKeys, operator.publicKey),
    ...(bare && { spareDisk }),
  };
  const { id, privileged } = await startLabContainer(options.docker, container, state.privileged);
  const reached = { address, port: 22, user: "deploy", identityFile, hostKey: hostKeys.publicKey };
  return { host: { name, ...reached, containerId: id, volume, ...(bare && { bare: true as const }) }, privileged };
}

/** Hosts are only ever added, so counting on from the last address never gives one twice. */
function nextIndex(state: LabState): number {
  return 2 + state.hosts.length;
}

async function removeLeavings(docker: DockerEngine, labId: string, containerName: string): Promise<void> {
  const containers = await docker.listContainers({ label: [`${labLabel}=${labId}`] });
  const leavings = containers.filter((container) => container.Names.includes(`/${containerName}`));
  await Promise.all(leavings.map((container) => docker.removeContainer(container.Id, { force: true })));
}
