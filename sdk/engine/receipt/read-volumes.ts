/** The data of one workload: by the word of a service that can tell its own, else by every byte. */
import type { ContainerInspect } from "../docker/docker-engine";
import type { Progress } from "../report";
import { madeOf, serviceOf } from "./container-labels";
import { type HostReading, volumesOf } from "./read-host";
import type { VolumeData, VolumeReceipt } from "./receipt";
import type { ReceiptRequest, ReceiptSubject } from "./receipt-request";
import { runFingerprint } from "./run-fingerprint";

export interface VolumeQuestion {
  readonly reading: HostReading;
  readonly subject: ReceiptSubject;
  /** Of the workload. */
  readonly containers: readonly ContainerInspect[];
  readonly request: Pick<ReceiptRequest, "data" | "progress">;
}

export async function readVolumes(question: VolumeQuestion): Promise<Record<string, VolumeReceipt>> {
  const { reading, subject, containers, request } = question;
  const roles = reading.volumes.get(subject.identity) ?? {};
  const dataVolumes = [...new Set(containers.flatMap(volumesOf))].filter((name) => (roles[name]?.kind ?? "volume") === "volume");
  // One service may tell of several volumes: it is asked once.
  const fingerprints = new Map<string, Promise<VolumeData>>();
  const volumes: Record<string, VolumeReceipt> = {};
  for (const dockerName of dataVolumes.sort()) {
    const users = containers.filter((one) => volumesOf(one).includes(dockerName));
    const name = roles[dockerName]?.name ?? externalName(users, dockerName);
    const usedBy = [...new Set(users.map(serviceOf))].sort();
    const skipped = !request.data ? "not asked for" : subject.ephemeral.includes(name) ? "ephemeral" : undefined;
    const data: VolumeData =
      skipped === undefined
        ? await readData(question, { name, dockerName, usedBy }, fingerprints)
        : { kind: "skipped", why: skipped };
    volumes[name] = { dockerName, usedBy, data };
  }
  return volumes;
}

interface Volume {
  readonly name: string;
  readonly dockerName: string;
  readonly usedBy: readonly string[];
}

async function readData(
  question: VolumeQuestion,
  { name, dockerName, usedBy }: Volume,
  fingerprints: Map<string, Promise<VolumeData>>,
): Promise<VolumeData> {
  const { reading, subject, request } = question;
  const teller = usedBy.find((service) => subject.fingerprints[service] !== undefined);
  if (teller === undefined) {
    const progress = (told: Progress) => request.progress?.(subject, `volume ${name}`, told);
    return { kind: "bytes", ...(await reading.session.hash(dockerName, progress)) };
  }
  const known = fingerprints.get(teller) ?? askFor(teller, question);
  fingerprints.set(teller, known);
  return known;
}

function askFor(service: string, { reading, subject, containers, request }: VolumeQuestion): Promise<VolumeData> {
  const running = containers.find((one) => serviceOf(one) === service && one.State.Running && !one.State.Paused);
  return runFingerprint({
    docker: reading.host.docker,
    service,
    containerId: running?.Id,
    command: subject.fingerprints[service] ?? [],
    progress: (bytes) => request.progress?.(subject, `fingerprint of ${service}`, { done: bytes, unit: "bytes" }),
  });
}

/** The program's name for somebody else's volume. */
function externalName(users: readonly ContainerInspect[], dockerName: string): string {
  const names = users.flatMap((one) => Object.entries(madeOf(one)?.externalVolumes ?? {}));
  return names.find(([, external]) => external === dockerName)?.[0] ?? dockerName;
}
