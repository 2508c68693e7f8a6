/** A volume as an uncompressed tar file on this machine, read through Docker's archive API from a helper that never runs. */

import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import type { DockerEngine } from "../../engine/docker/docker-engine";
import { ensureMover } from "../../engine/host/helper-image";
import { label } from "../../engine/labels";
import { DrayageError } from "../../spec/drayage-error";

export interface Exported {
  readonly file: string;
  /** Of the tar. */
  readonly bytes: number;
  readonly entries: number;
  /** Of the regular files inside. */
  readonly dataBytes: number;
}

export interface ExportOptions {
  readonly docker: DockerEngine;
  readonly volume: string;
  readonly file: string;
  /** What the files hold together, where nobody writes to them meanwhile: another sum is an error. */
  readonly expectedDataBytes?: number | undefined;
  readonly signal: AbortSignal;
  readonly onBytes: (done: number) => void;
}

const mountPoint = "/volume";

/** Written beside the file, parsed to its last entry, synced and only then given its name. */
export async function exportVolume({
  docker,
  volume,
  file,
  expectedDataBytes,
  signal,
  onBytes,
}: ExportOptions): Promise<Exported> {
  const helper = await createHelper(docker, volume);
  const partial = `${file}.partial`;
  try {
    // `/.`: the content, not the directory's own name.
    const archive = await docker.getArchive(helper, `${mountPoint}/.`);
    if (archive === undefined) throw new DrayageError("NOT_FOUND", "It is gone.", { subject: volume });
    const counted = countEntries();
    const target = createWriteStream(partial, { mode: 0o600 });
    let bytes = 0;
    const tee = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        onBytes(bytes);
        if (counted.parser.write(chunk)) done(null, chunk);
        else counted.parser.once("drain", () => done(null, chunk));
      },
      flush(done) {
        counted.parser.end(undefined);
        counted.finished.then(() => done(), done);
      },
    });
    await pipeline(archive, tee, target, { signal });
    refuseShort(volume, counted.totals().dataBytes, expectedDataBytes);
    await sync(partial);
    await rename(partial, file);
    return { file, bytes, ...counted.totals() };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await docker.removeContainer(helper, { force: true });
  }
}

function refuseShort(volume: string, found: number, expected: number | undefined): void {
  if (expected === undefined || found === expected) return;
  throw new DrayageError(
    "VERIFY_FAILED",
    `The tar holds ${found} bytes of files where the volume has ${expected}. No file was left.`,
    {
      subject: volume,
      hint: "Was something written meanwhile? Try again.",
    },
  );
}

async function createHelper(docker: DockerEngine, volume: string): Promise<string> {
  const body = {
    Image: await ensureMover(docker),
    Cmd: ["version"],
    Labels: { [label.kind]: "helper" },
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      RestartPolicy: { Name: "no" },
      Mounts: [
        {
          Type: "volume" as const,
          Source: volume,
          Target: mountPoint,
          ReadOnly: true,
          VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "", Options: {} } },
        },
      ],
    },
  };
  return docker.createContainer(`drayage-export-${randomBytes(4).toString("hex")}`, body);
}

/** Reads the tar as it passes: one that is cut short has no proper end. */
function countEntries() {
  const parser = extract();
  let entries = 0;
  let dataBytes = 0;
  parser.on("entry", (header, stream, next) => {
    entries += 1;
    dataBytes += header.type === "file" ? (header.size ?? 0) : 0;
    stream.on("end", next);
    stream.resume();
  });
  const finished = new Promise<void>((resolve, reject) => {
    parser.once("finish", resolve);
    parser.once("error", reject);
  });
  finished.catch(() => undefined);
  return { parser, finished, totals: () => ({ entries, dataBytes }) };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
