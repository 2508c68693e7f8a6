/** Reads all that a move is decided from, on both hosts, and refuses what cannot work. Changes nothing. */
import { z } from "zod";
import { volumeName } from "../../spec/docker-names";
import { DrayageError } from "../../spec/drayage-error";
import type { WorkloadSpec } from "../../spec/workload";
import type { Clock } from "../clock";
import { measureVolumes } from "../data/measure-volumes";
import type { HostHandle } from "../host/host-handle";
import { runMover } from "../host/mover-container";
import type { Plan } from "../plan/plan";
import { createdServices, decideWorkload } from "../workload/decide-workload";
import { guessReady } from "../workload/guess-ready";
import { observeHost } from "../workload/host-snapshot";
import type { ImageAvailability } from "../workload/image-supply";
import { observeWorkload } from "../workload/observe-workload";
import type { ObservedWorkload } from "../workload/observed-workload";
import { planWorkload } from "../workload/plan-workload";
import { freeName, type WantedService, type WantedWorkload, wantedWorkload } from "../workload/wanted-workload";
import { lockedImages, wantedImage } from "../workload/workload-world";
import { peerOf } from "./clean-left";
import type { MovedFolder, MovedService, MovedVolume, MoveFacts } from "./move-facts";
import type { MoveRequest } from "./move-request";
import { asideName, carriedFolders, type FolderFacts, folderFacts } from "./moved-folders";
import { movedForward } from "./moved-forward";
import { folderReasons } from "./refuse-folders";
import { refuseMove } from "./refuse-move";
import { takenPorts } from "./taken-ports";

export interface GatheredMove {
  readonly facts: MoveFacts;
  /** As it will be on the target. */
  readonly wanted: WantedWorkload;
  /** Service → image id on the source: the target runs the very same. */
  readonly locked: Readonly<Record<string, string>>;
  readonly source: ObservedWorkload;
}

/** @throws PORT_TAKEN, DISK_FULL, ARCH_MISMATCH, MOVE_REFUSED */
export async function gatherMove(request: MoveRequest): Promise<GatheredMove> {
  const { from, to, spec, identity } = request;
  observeHost(from).refresh();
  observeHost(to).refresh();
  const [source, target] = await Promise.all([observeWorkload(from, identity), observeWorkload(to, identity, { ports: true })]);
  const sides = { from: from.docker, to: to.docker, identity };
  const folders = await folderFacts(spec, sides, target.record?.folders ?? {});
  const [volumes, forwarding] = await Promise.all([
    movedVolumes(request, source, folders),
    movedForward(request, { listening: target.forwarders.length > 0 }),
  ]);
  const named = volumes.filter((volume) => volume.folder === undefined);
  const volumeNames = Object.fromEntries(named.map((volume) => [volume.name, volume.target]));
  const wanted = wantedWorkload({ ...request, volumeNames });
  const locked = lockedImages(wanted, source);
  const ports = wanted.services.flatMap((service) => service.spec.ports);
  const timed = stopwatch(request.context.clock);
  const free = await timed(() => freeBytes(to));
  const taken = await timed(() => takenPorts(to.docker, ports, identity));
  const lastCut = source.record?.releases.at(-1)?.cutSeconds;
  const { plan, imageBytes } = await planTarget(request, wanted, emptyTarget(target, source), locked);
  const facts: MoveFacts = {
    workload: spec.name,
    from: peerOf(from),
    to: peerOf(to),
    targetPlan: plan,
    volumes,
    services: movedServices(wanted, source),
    targetFreeBytes: free.value,
    // The first helper on a host may have to be loaded first; without ports there was only one.
    helperSeconds: ports.length === 0 ? free.seconds : Math.min(free.seconds, taken.seconds),
    ...(lastCut && { lastCut }),
    ...forwarding,
    supersededOnTarget: Object.values(target.record?.volumes ?? {})
      .filter((volume) => volume.state === "superseded")
      .map((volume) => volume.dockerName),
  };
  refuseMove(spec, facts, {
    takenPorts: taken.value,
    uncarriable: uncarriable(volumes),
    imageBytes,
    folders: folderReasons(folders, { from: from.name, to: to.name }),
    unknownVolumes: unknownVolumes(spec, source),
  });
  return { facts, wanted, locked, source };
}

/** What an earlier move left on the target is cleared first; what ran once per release has run. */
function emptyTarget(target: ObservedWorkload, source: ObservedWorkload): ObservedWorkload {
  const record = source.record && { ...source.record, state: "serving" as const, volumes: {} };
  return { ...target, containers: [], deliveries: [], networks: [], record };
}

async function planTarget(
  request: MoveRequest,
  wanted: WantedWorkload,
  target: ObservedWorkload,
  locked: Readonly<Record<string, string>>,
): Promise<{ plan: Plan; imageBytes: number }> {
  const created = createdServices(decideWorkload(wanted, target));
  const images = await Promise.all(
    created.map(
      async (service): Promise<[string, ImageAvailability]> => [
        service.name,
        await request.images.missing(request.to, wantedImage(service, locked)),
      ],
    ),
  );
  const imageBytes = images.reduce((sum, [, image]) => sum + (image.present ? 0 : (image.bytes ?? 0)), 0);
  return { plan: planWorkload(wanted, target, Object.fromEntries(images)), imageBytes };
}

interface MeasuredVolume extends MovedVolume {
  readonly findings: readonly string[];
}

/** External volumes are refused, ephemeral ones begin empty. */
async function movedVolumes(
  { from, to, spec, identity }: MoveRequest,
  source: ObservedWorkload,
  folders: FolderFacts,
): Promise<MeasuredVolume[]> {
  const names = Object.entries(spec.volumes)
    .filter(([, volume]) => volume.external === undefined && !volume.ephemeral)
    .map(([name]) => ({ name, source: source.record?.volumes[name]?.dockerName ?? volumeName(spec.name, identity, name) }))
    .filter((volume) => source.volumes.some((observed) => observed.dockerName === volume.source));
  const carried = carriedFolders(folders);
  if (names.length + carried.length === 0) return [];
  const taken = (await to.docker.listVolumes()).map((volume) => volume.Name);
  const asked = names.map((volume) => volume.source);
  const measured = await measureVolumes(from.docker, asked, { folders: carried });
  const surveyed = (name: string, docker: string) => {
    const found = measured.find((each) => each.name === docker);
    if (found === undefined) throw new DrayageError("INTERNAL", `volume ${docker} was not measured`);
    const findings = found.findings.filter((finding) => finding.kind !== "socket").map((finding) => `${name}: ${finding.text}`);
    return { name, source: docker, bytes: found.bytes, files: found.files, findings };
  };
  return [
    ...names.map(({ name, source: docker }) => ({
      ...surveyed(name, docker),
      target: freeName(volumeName(spec.name, identity, name), taken),
    })),
    ...carried.map((path) => ({ ...surveyed(path, path), target: path, folder: movedFolder(path, folders) })),
  ];
}

function movedFolder(path: string, folders: FolderFacts): MovedFolder {
  const aside = asideName(path, folders);
  const found = folders.target.get(path);
  const elsewhere = found !== undefined && found.device !== folders.volumesAt?.device;
  return {
    ...(aside !== undefined && { aside }),
    ...(elsewhere && { ownRoom: { device: found.device, freeBytes: found.freeBytes } }),
  };
}

/** Data that a deploy which failed half-way began to use: what was deployed last does not know it, so nothing would carry it. */
function unknownVolumes(spec: WorkloadSpec, { record, volumes }: ObservedWorkload): string[] {
  const inUse = Object.entries(record?.volumes ?? {}).filter(([name, { state }]) => state === "current" && !spec.volumes[name]);
  return inUse.flatMap(([, { dockerName }]) => (volumes.some((one) => one.dockerName === dockerName) ? [dockerName] : []));
}

function uncarriable(volumes: readonly MeasuredVolume[]): string[] {
  return volumes.flatMap((volume) => volume.findings);
}

/** Dependents stop before what they depend on; before them what no service of the program's last deploy is. */
function movedServices(wanted: WantedWorkload, source: ObservedWorkload): MovedService[] {
  const known = [...wanted.services].reverse().map((service) => ({
    name: service.name,
    containers: source.containers.filter((container) => container.service === service.name).map((container) => container.id),
    stopGraceMs: service.spec.stopGracePeriodMs,
    ...(service.spec.flush && { flush: service.spec.flush }),
    holdsData: service.spec.mounts.some((mount) => mount.kind === "volume" || (mount.kind === "bind" && mount.onMove === "copy")),
    published: service.spec.ports.map((port) => `${port.published}/${port.protocol}`),
    readySeconds: source.record?.releases.at(-1)?.readySeconds?.[service.name] ?? guessReady(service),
    gate: gateOf(service),
    dependsOn: service.spec.dependsOn.map((dependency) => dependency.service),
  }));
  return [...strays(wanted, source), ...known];
}

/** A deploy that failed half-way left them. They may have the data mounted, so they are stopped and fenced like all others. */
function strays({ services }: WantedWorkload, { containers }: ObservedWorkload): MovedService[] {
  const others = containers.filter(({ service }) => services.every(({ name }) => name !== service));
  return [...new Set(others.map(({ service }) => service))].map((name) => ({
    name,
    containers: others.filter(({ service }) => service === name).map(({ id }) => id),
    stopGraceMs: strayGraceMs,
    holdsData: true,
    published: [],
    readySeconds: 0,
    gate: "none",
    dependsOn: [],
  }));
}

/** Docker's own default: what they were given is not known any more. */
const strayGraceMs = 10_000;

function gateOf({ gate }: WantedService): MovedService["gate"] {
  if (gate === undefined) return "none";
  return gate.probe.kind === "http" || gate.probe.kind === "tcp" ? "asked" : "command";
}

function stopwatch(clock: Clock): <T>(work: () => Promise<T>) => Promise<{ readonly value: T; readonly seconds: number }> {
  return async (work) => {
    const began = clock.monotonic();
    const value = await work();
    return { value, seconds: (clock.monotonic() - began) / 1000 };
  };
}

async function freeBytes(host: HostHandle): Promise<number | undefined> {
  const { rootDir } = await host.docker.info();
  const exit = await runMover(host.docker, { args: ["free", "/volumes"], binds: [`${rootDir}/volumes:/volumes:ro`] });
  if (exit.exitCode !== 0) return undefined;
  return z.object({ freeBytes: z.number() }).parse(JSON.parse(exit.stdout.toString())).freeBytes;
}
