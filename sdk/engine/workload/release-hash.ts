/** What was deployed, as one hash: the normalised configuration of every service with the identity of what runs. */
import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json";
import type { WantedWorkload } from "./wanted-workload";

/** Equal on every host: names of networks and volumes in Docker are left out. `images`: service → image id. */
export function releaseHash(wanted: WantedWorkload, images: Readonly<Record<string, string>>): string {
  const services = wanted.services.map((service) => ({
    ...serviceConfiguration(wanted, service.name),
    image: images[service.name],
  }));
  const volumes = wanted.volumes.map(({ dockerName: _, ...volume }) => volume);
  const networks = wanted.networks.map(({ dockerName: _, ...network }) => network);
  return hashOf({ services, volumes, networks });
}

/** Service → hash of its configuration without the image: two hosts that agree run it alike. */
export function configurationHashes(wanted: WantedWorkload): Record<string, string> {
  return Object.fromEntries(wanted.services.map((service) => [service.name, hashOf(serviceConfiguration(wanted, service.name))]));
}

function serviceConfiguration(wanted: WantedWorkload, name: string): Record<string, unknown> {
  const service = wanted.services.find((candidate) => candidate.name === name);
  if (!service) return {};
  const { networks, image: _, ...container } = service.container;
  return {
    ...container,
    networks: networks.map(({ network, aliases }) => ({ network, aliases })),
    replicas: service.spec.replicas,
    dependsOn: service.spec.dependsOn,
    gate: service.gate,
  };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
