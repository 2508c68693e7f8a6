/** The data of one workload: by the word of a service that can tell its own, else by every byte. */
import type { ContainerInspect } from "../docker/docker-engine";
import { madeOf, serviceOf } from "./container-labels";
import { type HostReading, volumesOf } from "./read-host";
import type { VolumeData, VolumeReceipt } from "./receipt";
import type { ReceiptRequest, ReceiptSubject } from "./receipt-request";
import { runFingerprint } from "./run-fingerprint";

export async function readVolumes(
  reading: HostReading,
  subject: ReceiptSubject,
  containers: readonly ContainerInspect[],
  request: ReceiptRequest,
): Promise<Record<string, VolumeReceipt>> {
  const roles = reading.volumes.get(subject.identity) ?? {};
  const fingerprints = new Map<string, Promise<VolumeData>>();
  const volumes: Record<string, VolumeReceipt> = {};
  const mounted = [...new Set(containers.flatMap(volumesOf))].filter((name) => (roles[name]?.kind ?? "volume") === "volume");
  for (const dockerName of mounted.sort()) {
    const users = containers.filter((one) => volumesOf(one).includes(dockerName));
    const name = roles[dockerName]?.name ?? externalName(users, dockerName);
    const usedBy = [...new Set(users.map(serviceOf))].sort();
    const data = await dataOf({ name, dockerName, usedBy });
    volumes[name] = { dockerName, usedBy, data };
  }
  return volumes;

  async function dataOf(volume: { name: string; dockerName: string; usedBy: readonly string[] }): Promise<VolumeData> {
    if (!request.data) return { kind: "skipped", why: "not asked for" };
    if (subject.ephemeral.includes(volume.name)) return { kind: "skipped", why: "ephemeral" };
    const told = (what: string) => (progress: Parameters<NonNullable<ReceiptRequest["progress"]>>[2]) =>
      request.progress?.(subject, what, progress);
    const teller = volume.usedBy.find((service) => subject.fingerprints[service] !== undefined);
    if (teller === undefined) {
      const hashed = await reading.session.hash(volume.dockerName, told(`volume ${volume.name}`));
      return { kind: "bytes", ...hashed };
    }
    const running = containers.find((one) => serviceOf(one) === teller && one.State.Running && !one.State.Paused);
    const known = fingerprints.get(teller);
    const taken =
      known ??
      runFingerprint({
        docker: reading.host.docker,
        service: teller,
        containerId: running?.Id,
        command: subject.fingerprints[teller] ?? [],
        progress: (bytes) => told(`fingerprint of ${teller}`)({ done: bytes, unit: "bytes" }),
      });
    fingerprints.set(teller, taken);
    return taken;
  }
}

/** The program's name for somebody else's volume. */
function externalName(users: readonly ContainerInspect[], dockerName: string): string {
  const names = users.flatMap((one) => Object.entries(madeOf(one)?.externalVolumes ?? {}));
  return names.find(([, external]) => external === dockerName)?.[0] ?? dockerName;
}
