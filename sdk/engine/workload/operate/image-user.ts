/** Which numbers a service's user has in its image: files must be owned by numbers. */
import type { Readable } from "node:stream";
import { extract } from "tar-stream";
import { DrayageError } from "../../../spec/drayage-error";
import type { DockerEngine } from "../../docker/docker-engine";
import { withIdleContainer } from "./idle-container";

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** `wanted` is the service's `user`; without one the image's own. @throws INVALID_PROGRAM when the image knows no such user */
export async function imageUser(
  docker: DockerEngine,
  imageId: string,
  wanted: string | undefined,
  /** Name for the container that reads the image. */
  reader: string,
): Promise<FileOwner> {
  const image = await docker.inspectImage(imageId);
  const text = wanted ?? image?.Config?.User ?? "";
  const [user = "", group] = text.split(":");
  if (isNumber(user) && group !== undefined && isNumber(group)) return { uid: Number(user), gid: Number(group) };
  if (user === "") return { uid: 0, gid: 0 };
  const files = await readAccounts(docker, imageId, reader);
  const owner = resolveUser(text, files.passwd, files.group);
  if (owner) return owner;
  throw new DrayageError("INVALID_PROGRAM", `The image has no user or group "${text}".`, {
    hint: 'Write numbers: user: "1000:1000".',
  });
}

/** As Docker resolves `user[:group]`: a number needs no entry, its group is the entry's or 0. */
export function resolveUser(text: string, passwd: string, group: string): FileOwner | undefined {
  const [user = "", wantedGroup] = text.split(":");
  const entry = rows(passwd).find((row) => row[0] === user || (isNumber(user) && row[2] === user));
  const uid = isNumber(user) ? Number(user) : Number(entry?.[2]);
  const gid = wantedGroup === undefined ? Number(entry?.[3] ?? 0) : groupId(wantedGroup, group);
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
}

function groupId(wanted: string, group: string): number {
  return isNumber(wanted) ? Number(wanted) : Number(rows(group).find((row) => row[0] === wanted)?.[2]);
}

function rows(file: string): string[][] {
  return file.split("\n").map((line) => line.split(":"));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

async function readAccounts(docker: DockerEngine, imageId: string, reader: string): Promise<{ passwd: string; group: string }> {
  const body = { Image: imageId, Entrypoint: ["/"], HostConfig: { NetworkMode: "none" } };
  return withIdleContainer(docker, reader, body, async (id) => {
    const [passwd, group] = await Promise.all([readText(docker, id, "/etc/passwd"), readText(docker, id, "/etc/group")]);
    return { passwd, group };
  });
}

async function readText(docker: DockerEngine, id: string, path: string): Promise<string> {
  const tar = await docker.getArchive(id, path);
  return tar ? firstFile(tar) : "";
}

async function firstFile(tar: Readable): Promise<string> {
  const parser = tar.pipe(extract());
  const chunks: Buffer[] = [];
  for await (const entry of parser) for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
