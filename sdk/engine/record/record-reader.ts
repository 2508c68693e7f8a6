/** Reads the record through the archive API of a container that is never started: one call, nothing runs on the host. */
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { extract } from "tar-stream";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { createReader } from "../host/mover-container";
import { emptyHostRecord, type HostRecord } from "./host-record";
import { parseHostRecord, unreadable } from "./record-schema";

export interface RecordPlace {
  readonly docker: DockerEngine;
  /** Directory on the host. */
  readonly dir: string;
  /** Name of the reader container. */
  readonly reader: string;
  readonly moverDir: string | undefined;
}

export const mountPath = "/record";
const fileName = "record.json";
const tries = 5;

/**
 * A reader that is gone (`docker container prune`) is made again. "No record" is concluded only from an archive of the
 * directory that lacks the file, never from a failure.
 * @throws RECORD_UNREADABLE
 */
export async function readRecord(place: RecordPlace): Promise<HostRecord> {
  for (let attempt = 1; ; attempt++) {
    try {
      const text = await readText(place);
      return text === undefined ? emptyHostRecord : parseHostRecord(text, place.docker.host);
    } catch (error) {
      const failure = asUnreadable(error, place.docker.host);
      // The engine stats and then opens the file: a write in between yields one archive cut short. A damaged file stays damaged.
      if (failure.code !== "RECORD_UNREADABLE" || attempt >= tries) throw failure;
    }
  }
}

async function readText(place: RecordPlace): Promise<string | undefined> {
  const file = await archiveOf(place, `${mountPath}/${fileName}`);
  if (file !== undefined) return (await textFiles(file)).get(fileName);
  const directory = await archiveOf(place, mountPath);
  if (directory === undefined) throw unreadable(place.docker.host, `${place.dir} is not there`);
  return (await textFiles(directory)).get(fileName);
}

async function archiveOf({ docker, reader, dir, moverDir }: RecordPlace, path: string): Promise<Readable | undefined> {
  try {
    return await docker.getArchive(reader, path);
  } catch (error) {
    if (!(error instanceof DrayageError && error.code === "NOT_FOUND")) throw error;
    await createReader(docker, reader, [`${dir}:${mountPath}:ro`], moverDir);
    return docker.getArchive(reader, path);
  }
}

async function textFiles(archive: Readable): Promise<Map<string, string>> {
  const entries = extract();
  archive.on("error", (error) => entries.destroy(error));
  archive.pipe(entries);
  const found = new Map<string, string>();
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.type === "file") found.set(basename(entry.header.name), Buffer.concat(chunks).toString("utf8"));
  }
  return found;
}

/** Failures that say their own cause (host gone, permission) stay what they are. */
function asUnreadable(error: unknown, host: string): DrayageError {
  if (error instanceof DrayageError) return error;
  return unreadable(host, error instanceof Error ? error.message : String(error), { cause: error });
}
