/** Folders of a host around a copy: made, given another name, emptied. Each step looks again before it changes anything. */
import { basename, dirname } from "node:path/posix";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { runMover, writingCapabilities } from "../host/mover-container";
import { lookAtFolders } from "./look-at-folders";

/** The engine makes a missing folder, and those above it, when something mounts it. @throws DATA_PROTECTED when there is something in it */
export async function makeFolder(docker: DockerEngine, path: string): Promise<void> {
  await succeed(docker, `make ${path}`, { args: ["version"], binds: [`${path}:/folder:ro`] });
  const [found] = await lookAtFolders(docker, [path]);
  if (found?.kind === "folder" && found.empty) return;
  throw new DrayageError(
    "DATA_PROTECTED",
    `${path} on ${docker.host} is not an empty folder, and no move of this workload made it`,
    {
      subject: `${path} on ${docker.host}`,
      hint: "Nothing in it was touched. Move it away by hand, then run the same command again.",
    },
  );
}

/** Renames a folder beside itself: what holds it open does not notice, and no name is taken twice. Yields the path it has now. */
export async function setAside(docker: DockerEngine, path: string, wished: string): Promise<string> {
  const stem = wished.replace(/\d+$/, "");
  for (let number = Number(wished.slice(stem.length)) || 1; ; number += 1) {
    const [taken] = await lookAtFolders(docker, [`${stem}${number}`]);
    if (taken?.kind !== "missing") continue;
    await succeed(docker, `rename ${path}`, {
      args: ["aside", "--dir", "/folder", "--from", basename(path), "--to", basename(`${stem}${number}`)],
      files: [{ source: dirname(path), path: "/folder", writable: true }],
      capabilities: writingCapabilities,
    });
    return `${stem}${number}`;
  }
}

/** One that is gone has nothing in it. @throws DATA_PROTECTED where something was mounted since: what it holds is not the move's */
export async function emptyFolder(docker: DockerEngine, path: string): Promise<void> {
  const [found] = await lookAtFolders(docker, [path]);
  if (found?.kind !== "folder" || found.empty) return;
  if (found.mountPoint) {
    throw new DrayageError(
      "DATA_PROTECTED",
      `${path} on ${docker.host} is a mount point by now, and no move made what it holds`,
      {
        subject: `${path} on ${docker.host}`,
        hint: "Nothing in it was touched. Unmount it, then run the same command again.",
      },
    );
  }
  await succeed(docker, `empty ${path}`, {
    args: ["wipe", "--volume", "/folder"],
    files: [{ source: path, path: "/folder", writable: true }],
    capabilities: writingCapabilities,
  });
}

async function succeed(docker: DockerEngine, what: string, run: Parameters<typeof runMover>[1]): Promise<void> {
  const exit = await runMover(docker, run);
  if (exit.exitCode === 0) return;
  const why = exit.stderr.toString().trim();
  throw new DrayageError("MOVE_FAILED", `could not ${what}: ${why}`, { subject: docker.host });
}
