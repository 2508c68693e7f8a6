/**
 * A host of a lab as a cloud makes it: nothing is known of it but its address, and all that it is comes from its user data. For programs
 * whose machines do not exist yet.
 */
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { DockerEngine } from "../engine/docker/docker-engine";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";
import { addressAt, lastIndex } from "./choose-subnet";
import { startLabContainer } from "./lab-container";
import { labLabel, labLabels } from "./lab-labels";
import type { LabState } from "./lab-state";
import { obtainMachineImage } from "./machine-image";

export interface MachineOptions {
  readonly docker: DockerEngine;
  readonly context: RunContext;
  readonly lab: Pick<LabState, "id" | "name" | "networkId" | "subnet" | "privileged">;
  /** Unique in its lab. */
  readonly name: string;
  /** Read by cloud-init at the first boot. */
  readonly userData: string;
  /** The lab image it is made on: with an engine, or bare. */
  readonly labImage: string;
}

export interface LabMachine {
  readonly name: string;
  readonly address: string;
  readonly containerId: string;
}

/** Begins to boot, and does not wait: that is what whoever asked for the machine has to do. */
export async function bootMachine(options: MachineOptions): Promise<LabMachine> {
  const { docker, lab, name } = options;
  const image = await obtainMachineImage(docker, options.labImage, options.context);
  const volume = machineName(lab, name);
  await docker.createVolume(volume, labLabels(lab.id));
  for (;;) {
    const address = await freeAddress(docker, lab);
    const machine = { lab, containerName: volume, hostName: name, image, address, volume, files: await seed(options) };
    try {
      const { id } = await startLabContainer(docker, machine, lab.privileged);
      return { name, address, containerId: id };
    } catch (error) {
      // Another machine may have taken it between the look and the start.
      if (!(error instanceof DrayageError && /address already in use/i.test(error.message))) throw error;
    }
  }
}

/** Its disk goes with it. Quiet when it is gone already. */
export async function removeMachine(docker: DockerEngine, lab: Pick<LabState, "id" | "name">, name: string): Promise<void> {
  const volume = machineName(lab, name);
  const containers = await docker.listContainers({ label: [`${labLabel}=${lab.id}`] });
  const own = containers.filter((container) => container.Names.includes(`/${volume}`));
  await Promise.all(own.map((container) => docker.removeContainer(container.Id, { force: true })));
  if ((await docker.inspectVolume(volume)) !== undefined) await docker.removeVolume(volume);
}

const machineName = (lab: Pick<LabState, "id" | "name">, name: string): string =>
  `drayage-lab-${lab.name}-${lab.id.slice(0, 6)}-${name}`;

/** From the end of the subnet: the lab's own hosts are counted from its beginning. */
async function freeAddress(docker: DockerEngine, { networkId, subnet, name }: MachineOptions["lab"]): Promise<string> {
  const network = await docker.inspectNetwork(networkId);
  const taken = Object.values(network?.Containers ?? {}).map(({ IPv4Address }) => IPv4Address?.split("/")[0]);
  for (let index = lastIndex; index > 1; index--) {
    const address = addressAt(subnet, index);
    if (!taken.includes(address)) return address;
  }
  throw new DrayageError("NOT_SUPPORTED", `the lab's network ${subnet} has no room for another machine`, { subject: name });
}

/** The NoCloud datasource: what a cloud's metadata service would say, as files. */
async function seed({ lab, name, userData }: MachineOptions): Promise<Buffer> {
  const tar = pack();
  const folder = "var/lib/cloud/seed/nocloud";
  tar.entry({ name: `${folder}/meta-data`, mode: 0o600 }, `instance-id: ${lab.id}-${name}\n`);
  tar.entry({ name: `${folder}/user-data`, mode: 0o600 }, userData);
  tar.finalize();
  return buffer(tar);
}
