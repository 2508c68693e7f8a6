/** Makes a container under its first name, `…-new`: on its networks, not started, without a restart policy. */
import { DrayageError } from "../../../spec/drayage-error";
import type { ContainerInspect } from "../../docker/docker-engine";
import { label } from "../../labels";
import type { ExecutorContext } from "../../plan/run-plan";
import { canonicalJson } from "../canonical-json";
import { compareContainer } from "../compare-container";
import { containerBody, networkAliases } from "../container-body";
import type { VolumePlaces } from "../container-mounts";
import { observedContainer } from "../observe-workload";
import type { NewContainerDetail } from "../operations";
import { wantedDeliveries } from "../plan-objects";
import type { WantedService } from "../wanted-workload";
import { subjectOf, type WorkloadWorld, wantedImage, wantedServiceOf } from "../workload-world";
import { findNew, nameOf } from "./find-container";
import { refuseUnmappedVolumes } from "./image-volumes";

/** Yields the container's id. An unfinished one of the same wish is taken over. */
export async function createContainer(
  world: WorkloadWorld,
  detail: NewContainerDetail,
  context: ExecutorContext,
): Promise<string> {
  const service = wantedServiceOf(world, detail.service);
  const found = await findNew(world, detail);
  const id = found && isTheSame(service, found) ? found.Id : await makeAnew(world, service, detail, found, context);
  await joinNetworks(world, service, detail, id);
  return id;
}

/** Labels of everything of a workload; what varies is added by whoever makes it. */
export function workloadLabels(world: Pick<WorkloadWorld, "wanted" | "owner">, kind: string): Record<string, string> {
  const { owner, wanted } = world;
  return {
    [label.kind]: kind,
    [label.identity]: wanted.identity,
    [label.workload]: wanted.name,
    [label.stackUid]: owner.stackUid,
    [label.project]: owner.project,
    [label.stack]: owner.stack,
  };
}

async function makeAnew(
  world: WorkloadWorld,
  service: WantedService,
  detail: NewContainerDetail,
  found: ContainerInspect | undefined,
  context: ExecutorContext,
): Promise<string> {
  const { docker } = world.host;
  const imageId = await world.images.supply(world.host, wantedImage(service, world.locked), context);
  await refuseUnmappedVolumes(world, service, imageId);
  if (found) await docker.removeContainer(found.Id, { force: true });
  const networkOf = await sharedNetworkOwner(world, service);
  const body = containerBody(service.container, {
    imageId,
    labels: labelsOf(world, service, detail),
    stopGracePeriodMs: service.spec.stopGracePeriodMs,
    volumes: await volumePlaces(world, service),
    secretEnvironment: secretEnvironment(world, service),
    aliases: aliasesOn(service, detail, service.container.networks[0]?.dockerName),
    ...(networkOf !== undefined && { networkOf }),
  });
  return docker.createContainer(nameOf(world, detail, "new"), body, service.spec.platform);
}

/** Docker's create call takes one network; the others come before the start, so that the program finds all of them. */
async function joinNetworks(world: WorkloadWorld, service: WantedService, detail: NewContainerDetail, id: string): Promise<void> {
  const inspect = await world.host.docker.inspectContainer(id);
  const joined = inspect ? Object.keys(observedContainer(inspect).networks) : [];
  for (const { dockerName } of service.container.networks) {
    if (joined.includes(dockerName)) continue;
    const aliases = aliasesOn(service, detail, dockerName);
    await world.host.docker.connectNetwork(dockerName, id, aliases.length > 0 ? { Aliases: aliases } : {});
  }
}

/** While another container serves under the names, Docker's DNS would send it a part of the traffic: not before the gate. */
function aliasesOn(service: WantedService, detail: NewContainerDetail, dockerName: string | undefined): string[] {
  return detail.named && dockerName !== undefined ? networkAliases(service.container, dockerName) : [];
}

function isTheSame(service: WantedService, found: ContainerInspect): boolean {
  return compareContainer(service.container, observedContainer(found)).kind !== "recreate";
}

function labelsOf(world: WorkloadWorld, service: WantedService, detail: NewContainerDetail): Record<string, string> {
  return {
    ...workloadLabels(world, "container"),
    [label.service]: service.name,
    [label.replica]: String(detail.replica),
    [label.generation]: String(detail.generation),
    [label.spec]: canonicalJson(service.container),
  };
}

async function volumePlaces(world: WorkloadWorld, service: WantedService): Promise<VolumePlaces> {
  const data = Object.fromEntries(world.wanted.volumes.map((volume) => [volume.name, volume.dockerName]));
  const used = service.spec.mounts.flatMap((mount) => (mount.kind === "volume" ? [data[mount.volume] ?? mount.volume] : []));
  const deliveries = wantedDeliveries(world.wanted, service);
  // Docker would make a missing volume on its own, without labels and empty.
  const found = await Promise.all(
    [...used, ...deliveries.map((one) => one.dockerName)].map((name) => requireVolume(world, service, name)),
  );
  const secrets = deliveries.find((one) => one.kind === "secrets");
  const configs = deliveries.find((one) => one.kind === "configs");
  const mountpoint = found.find((volume) => volume.Name === configs?.dockerName)?.Mountpoint;
  return {
    data,
    ...(secrets && { secrets: secrets.dockerName }),
    ...(configs && mountpoint !== undefined && { configs: { volume: configs.dockerName, mountpoint } }),
  };
}

async function requireVolume(
  world: WorkloadWorld,
  service: WantedService,
  name: string,
): Promise<{ Name: string; Mountpoint: string }> {
  const volume = await world.host.docker.inspectVolume(name);
  if (volume) return volume;
  throw new DrayageError("WORLD_MOVED", `The volume ${name} is gone.`, {
    subject: subjectOf(world, service.name),
    hint: "Run the same command again and read the preview.",
  });
}

function secretEnvironment(world: WorkloadWorld, service: WantedService): Record<string, string> {
  const values = world.secrets[service.name] ?? {};
  return Object.fromEntries(
    service.spec.secrets.flatMap(({ name, env }) =>
      env === undefined || values[name] === undefined ? [] : [[env, values[name]]],
    ),
  );
}

async function sharedNetworkOwner(world: WorkloadWorld, service: WantedService): Promise<string | undefined> {
  const mode = service.spec.networkMode;
  if (mode?.kind !== "service") return undefined;
  const { docker } = world.host;
  const filters = {
    label: [`${label.identity}=${world.wanted.identity}`, `${label.service}=${mode.service}`],
    status: ["running"],
  };
  const [owner] = (await docker.listContainers(filters))
    .filter((one) => !one.Names.some((name) => name.endsWith("-new") || name.endsWith("-failed")))
    .sort((a, b) => Number(b.Labels[label.generation]) - Number(a.Labels[label.generation]));
  if (owner) return owner.Id;
  throw new DrayageError("START_FAILED", `${mode.service}, whose network is to be shared, does not run.`, {
    subject: subjectOf(world, service.name),
  });
}
