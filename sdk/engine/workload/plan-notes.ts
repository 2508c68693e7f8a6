/** What a person should know before saying yes. */
import { isOpen } from "../../spec/open-ports";
import { isLoopback, type PortSpec } from "../../spec/port";
import { isUnknown } from "../../spec/unknown";
import type { ObservedWorkload } from "./observed-workload";
import type { WantedService, WantedWorkload } from "./wanted-workload";

export function notesFor(wanted: WantedWorkload, observed: ObservedWorkload, created: readonly WantedService[]): string[] {
  return [
    ...reattached(wanted, observed),
    ...emptied(wanted, observed),
    ...unused(wanted, observed),
    ...created.flatMap(publishedToAll),
    ...created.flatMap((service) => shutOut(service, observed)),
    ...created.flatMap(visibleSecrets),
    ...restartLoops(observed),
  ];
}

function reattached(wanted: WantedWorkload, observed: ObservedWorkload): string[] {
  if (observed.containers.length > 0) return [];
  return wanted.volumes
    .filter((volume) => observed.volumes.some((one) => one.dockerName === volume.dockerName))
    .map((volume) => `volume ${volume.name} was kept on ${observed.host} and is re-attached with its data`);
}

function emptied(wanted: WantedWorkload, observed: ObservedWorkload): string[] {
  return wanted.volumes
    .filter((volume) => volume.external === undefined && observed.record?.volumes[volume.name] !== undefined)
    .filter((volume) => !observed.volumes.some((one) => one.dockerName === volume.dockerName))
    .map((volume) => `volume ${volume.name} is gone from ${observed.host}: the services start with an EMPTY one`);
}

/** Renaming a volume in the program adds one; the old one stays until a command names it. Said once, when it is dropped. */
function unused(wanted: WantedWorkload, observed: ObservedWorkload): string[] {
  const used = new Set(wanted.volumes.map((volume) => volume.dockerName));
  const recorded = Object.values(observed.record?.volumes ?? {});
  const dropped = (dockerName: string) => recorded.find((one) => one.dockerName === dockerName)?.state === "current";
  return observed.volumes
    .filter((volume) => !used.has(volume.dockerName) && dropped(volume.dockerName))
    .map((volume) => `volume ${volume.name} is in the program no more; it stays on ${observed.host} (dray volumes ls)`);
}

function publishedToAll(service: WantedService): string[] {
  const open = service.spec.ports.filter((port) => port.address === "").map((port) => port.published);
  if (open.length === 0) return [];
  return [`${service.name} publishes ${open.join(", ")} on all addresses; Docker's rules go around ufw and firewalld`];
}

/** Said where it would be looked for last: the program is right, and so is the host. */
function shutOut(service: WantedService, { host, openPorts }: ObservedWorkload): string[] {
  if (openPorts === undefined || isUnknown(openPorts) || openPorts.some(isUnknown)) return [];
  const shut = service.spec.ports.filter((port) => !isLoopback(port.address) && !isOpen(openPorts, port)).map(portText);
  if (shut.length === 0) return [];
  const open = openPorts.length === 0 ? "nothing" : `only ${openPorts.join(", ")}`;
  return [
    `${service.name} publishes ${shut.join(", ")}, but the firewall of ${host} lets in ${open}: clients elsewhere do not reach it`,
  ];
}

const portText = ({ published, protocol }: PortSpec): string =>
  protocol === "tcp" ? `${published}` : `${published}/${protocol}`;

function visibleSecrets(service: WantedService): string[] {
  return service.spec.secrets
    .filter((secret) => secret.env !== undefined)
    .map((secret) => `secret ${secret.name} of ${service.name} is also the variable ${secret.env}: visible in docker inspect`);
}

function restartLoops(observed: ObservedWorkload): string[] {
  return observed.containers
    .filter((container) => container.state === "restarting")
    .map((container) => `${container.dockerName} keeps restarting, last with exit code ${container.exitCode}`);
}
