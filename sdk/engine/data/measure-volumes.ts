/** What is in volumes, seen by one read-only, network-less helper for all of them. Nothing is changed to learn it. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { readingCapabilities, runMover } from "../host/mover-container";
import { printablePath } from "./printable-path";

export interface Finding {
  /** nested-mount, device, immutable: no copy can carry it. socket: left behind, its program makes it again. */
  readonly kind: "nested-mount" | "device" | "immutable" | "socket";
  readonly path: string;
  /** Names the path, for people. */
  readonly text: string;
}

export interface VolumeSurvey {
  /** Names in the volume; hard links of one file count once. */
  readonly files: number;
  /** Sum of file sizes. */
  readonly bytes: number;
  /** What they take on the disk: less than `bytes` where there are holes. */
  readonly allocatedBytes: number;
  readonly fsType: string;
  /** Free where the volume lives. */
  readonly freeBytes: number;
  readonly freeInodes: number;
  /** False where the file system hides writes through mappings: each round of a copy then reads every file. */
  readonly tracksWrites: boolean;
  readonly findings: readonly Finding[];
}

export interface MeasuredVolume extends VolumeSurvey {
  /** Docker's name. */
  readonly name: string;
}

const finding = z
  .object({ kind: z.enum(["nested-mount", "device", "immutable", "socket"]), path: z.base64(), text: z.string() })
  .transform(({ kind, path, text }): Finding => {
    const printable = printablePath(path);
    return { kind, path: printable, text: `${printable}: ${text}` };
  });

export const volumeSurvey = z.object({
  files: z.number(),
  bytes: z.number(),
  allocatedBytes: z.number(),
  fsType: z.string(),
  freeBytes: z.number(),
  freeInodes: z.number(),
  tracksWrites: z.boolean(),
  findings: z.array(finding),
});

const measurement = z.object({ volumes: z.array(volumeSurvey.extend({ name: z.string() })) });

/** In the order asked. @throws NOT_FOUND naming a volume that is not there: mounting it would make it */
export async function measureVolumes(
  docker: DockerEngine,
  names: readonly string[],
  options: MeasureOptions = {},
): Promise<MeasuredVolume[]> {
  if (names.length + (options.folders ?? []).length === 0) return [];
  await Promise.all(names.map((name) => requireVolume(docker, name)));
  const volumes = names.map((name, i) => ({ name, path: `/volumes/${i}` }));
  // A path may hold an equals sign, a volume's name cannot.
  const files = (options.folders ?? []).map((source, i) => ({ source, path: `/folders/${i}`, name: `#${i}` }));
  const asked = [...volumes, ...files];
  const args = ["measure", ...asked.flatMap(({ name, path }) => ["--volume", `${name}=${path}`])];
  const { moverDir } = options;
  const exit = await runMover(docker, { args, volumes, files, capabilities: readingCapabilities, moverDir });
  if (exit.exitCode !== 0) {
    throw new DrayageError("DOCKER_FAILED", `volumes could not be measured: ${exit.stderr.toString().trim()}`, {
      subject: docker.host,
    });
  }
  const pathOf = (name: string) => files.find((file) => file.name === name)?.source ?? name;
  return measurement.parse(JSON.parse(exit.stdout.toString())).volumes.map((it) => ({ ...it, name: pathOf(it.name) }));
}

export interface MeasureOptions {
  /** Absolute paths of folders of the host that are there; measured after the volumes, under their path as name. */
  readonly folders?: readonly string[];
  readonly moverDir?: string;
}

export async function requireVolume(docker: DockerEngine, name: string): Promise<void> {
  if ((await docker.inspectVolume(name)) === undefined) {
    throw new DrayageError("NOT_FOUND", `there is no volume ${name} on ${docker.host}`, { subject: `${name} on ${docker.host}` });
  }
}
