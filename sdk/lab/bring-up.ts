import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { DockerEngine } from "../engine/docker/docker-engine";
import { DrayageError } from "../spec/drayage-error";
import { addressAt, defaultLabRange } from "./choose-subnet";
import { makeKeyPair, readKeyPair } from "./key-pair";
import type { LabUpOptions } from "./lab";
import { createAndStart, type LabContainer, startLabContainer } from "./lab-container";
import { obtainLabImage } from "./lab-image";
import { labLabel, labLabels } from "./lab-labels";
import { createLabNetwork } from "./lab-network";
import { knownHostsFile, waitForHost, writeKnownHosts } from "./lab-ssh";
import { type LabHost, type LabState, labDirectory, readLabState, writeLabState } from "./lab-state";

/** Makes what is missing, starts what is stopped, leaves alone what runs. The state is written before and after each thing made. */
export async function bringUp(options: LabUpOptions): Promise<LabState> {
  checkNames(options);
  const image = await obtainLabImage(options.docker, options.context);
  let state = await withNetwork(options, (await readLabState(options.root, options.name)) ?? freshState(options.name));
  const running = await startKnown(options.docker, state);
  const missing = wantedHosts(state, options.hosts).filter((name) => !running.has(name));
  // The first host finds out what the engine allows, the others follow together.
  for (const group of [missing.slice(0, 1), missing.slice(1)]) {
    const made = await Promise.all(group.map((name, index) => makeHost(options, state, image, name, index)));
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

function checkNames(options: LabUpOptions): void {
  const wrong = [options.name, ...options.hosts].find((name) => !/^[a-z0-9][a-z0-9-]{0,30}$/.test(name));
  if (wrong !== undefined) {
    throw new DrayageError(
      "USAGE",
      `\`${wrong}\` cannot name a lab or a host: lower-case letters, digits and dashes, at most 31`,
      { subject: wrong },
    );
  }
  if (new Set(options.hosts).size !== options.hosts.length) {
    throw new DrayageError("USAGE", "a host is named twice", { subject: options.hosts.join(",") });
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

function wantedHosts(state: LabState, names: readonly string[]): string[] {
  return [...new Set([...state.hosts.map((host) => host.name), ...names])];
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
async function makeHost(options: LabUpOptions, state: LabState, image: string, name: string, index: number): Promise<MadeHost> {
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
    image,
    address,
    volume,
    hostKeys,
    authorizedKey: operator.publicKey,
  };
  const { id, privileged } = await start(options.docker, container, state.privileged);
  const host = { name, address, port: 22, user: "deploy", identityFile, hostKey: hostKeys.publicKey, containerId: id, volume };
  return { host, privileged };
}

/** Hosts are only ever added, so counting on from the last address never gives one twice. */
function nextIndex(state: LabState): number {
  return 2 + state.hosts.length;
}

async function start(docker: DockerEngine, container: LabContainer, privileged: boolean | undefined) {
  if (privileged === undefined) return startLabContainer(docker, container);
  return { id: await createAndStart(docker, container, privileged), privileged };
}

async function removeLeavings(docker: DockerEngine, labId: string, containerName: string): Promise<void> {
  const containers = await docker.listContainers({ label: [`${labLabel}=${labId}`] });
  const leavings = containers.filter((container) => container.Names.includes(`/${containerName}`));
  await Promise.all(leavings.map((container) => docker.removeContainer(container.Id, { force: true })));
}
