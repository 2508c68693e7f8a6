/**
 * Secrets and configs as files of a volume that only this set has. A volume and not a tmpfs: containers must start after a
 * reboot without us. Written through a container of the mover that never starts; nothing of a user's image runs.
 */
import { pack } from "tar-stream";
import { DrayageError } from "../../../spec/drayage-error";
import { ensureMover } from "../../host/helper-image";
import { label } from "../../labels";
import type { ExecutorContext } from "../../plan/run-plan";
import { configEntry } from "../container-mounts";
import { configMounts } from "../delivery-generation";
import type { ObservedDelivery } from "../observed-workload";
import { wantedDeliveries } from "../plan-objects";
import type { WantedService } from "../wanted-workload";
import { type WorkloadWorld, wantedImage, wantedServiceOf } from "../workload-world";
import { workloadLabels } from "./create-container";
import { ensureVolume } from "./create-volume";
import { withIdleContainer } from "./idle-container";
import { imageUser } from "./image-user";

interface DeliveredFile {
  readonly name: string;
  readonly type?: "directory";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly content?: Buffer;
}

/** Writing the same set twice gives the same files. */
export async function writeDelivery(
  world: WorkloadWorld,
  kind: ObservedDelivery["kind"],
  name: string,
  context: ExecutorContext,
): Promise<void> {
  const service = wantedServiceOf(world, name);
  const delivery = wantedDeliveries(world.wanted, service).find((one) => one.kind === kind);
  if (!delivery) return;
  const files =
    kind === "secrets" ? await secretFiles(world, service, delivery.dockerName, context) : await configFiles(world, service);
  await ensureVolume(world, delivery.dockerName, { ...workloadLabels(world, kind), [label.service]: name });
  await writeFiles(world, delivery.dockerName, files);
}

async function secretFiles(
  world: WorkloadWorld,
  service: WantedService,
  volume: string,
  context: ExecutorContext,
): Promise<DeliveredFile[]> {
  const imageId = await world.images.supply(world.host, wantedImage(service, world.locked), context);
  const owner = await imageUser(world.host.docker, imageId, service.spec.user, `drayage-user-${volume}`);
  const values = world.secrets[service.name] ?? {};
  return service.spec.secrets.map(({ name, uid, gid, mode }) => ({
    name,
    mode: Number.parseInt(mode, 8),
    uid: uid ?? owner.uid,
    gid: gid ?? owner.gid,
    content: Buffer.from(secretValue(values, name, service)),
  }));
}

/** An empty file in the place of a value would be found out by the service alone. */
function secretValue(values: Readonly<Record<string, string>>, name: string, service: WantedService): string {
  const value = values[name];
  if (value !== undefined) return value;
  throw new DrayageError("INTERNAL", `the value of secret ${name} did not come along`, { subject: service.name });
}

async function configFiles(world: WorkloadWorld, service: WantedService): Promise<DeliveredFile[]> {
  const sets = configMounts(service.spec.mounts).map(async ({ source, uid, gid, mode }, index): Promise<DeliveredFile[]> => {
    const files = await world.configs.read(source);
    const entry = configEntry(index);
    const folders = source.kind === "folder" ? foldersOf(files.map((file) => file.path)) : [];
    return [
      ...folders.map(
        (folder): DeliveredFile => ({
          name: folder === "" ? entry : `${entry}/${folder}`,
          type: "directory",
          mode: 0o755,
          uid,
          gid,
        }),
      ),
      ...files.map(
        (file): DeliveredFile => ({
          name: file.path === "" ? entry : `${entry}/${file.path}`,
          mode: mode !== undefined ? Number.parseInt(mode, 8) : file.executable ? 0o755 : 0o644,
          uid,
          gid,
          content: file.content,
        }),
      ),
    ];
  });
  return (await Promise.all(sets)).flat();
}

/** Every folder above a file, parents first; "" is the root. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  return ["", ...new Set(folders)].sort();
}

async function writeFiles(world: WorkloadWorld, volume: string, files: readonly DeliveredFile[]): Promise<void> {
  const { docker } = world.host;
  const mount = { Type: "volume" as const, Source: volume, Target: "/delivery", VolumeOptions: { NoCopy: true } as never };
  const body = { Image: await ensureMover(docker), Cmd: ["version"], HostConfig: { NetworkMode: "none", Mounts: [mount] } };
  const tar = await tarOf(files);
  await withIdleContainer(docker, `drayage-write-${volume}`, body, (id) =>
    docker.putArchive(id, "/delivery", tar, { copyUidGid: true }),
  );
}

/** The root of the volume stays 0755 and root's: names may be seen, values not. */
async function tarOf(files: readonly DeliveredFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, type, ...header } of [root, ...files]) {
    archive.entry({ ...header, type: type ?? "file", mtime: new Date(0) }, content ?? Buffer.alloc(0));
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const root: DeliveredFile = { name: ".", type: "directory", mode: 0o755, uid: 0, gid: 0 };
