/** What paths of a host are, seen by a read-only helper without network. Nothing is changed or made to learn it. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { readingCapabilities, runMover } from "../host/mover-container";

export interface FolderFact {
  readonly path: string;
  readonly kind: "missing" | "folder" | "link" | "file";
  /** A folder without anything in it. */
  readonly empty: boolean;
  /** A file system, or a mount of one, begins there: its name is not to be changed. */
  readonly mountPoint: boolean;
  /** There, or where it would be made. */
  readonly freeBytes: number;
  /** Equal for paths that share their room. */
  readonly device: string;
}

const facts = z.object({
  folders: z.array(
    z.object({
      path: z.string(),
      kind: z.enum(["missing", "folder", "link", "file"]),
      empty: z.boolean(),
      mountPoint: z.boolean(),
      freeBytes: z.number(),
      device: z.string(),
    }),
  ),
});

/** In the order asked. */
export async function lookAtFolders(docker: DockerEngine, paths: readonly string[]): Promise<FolderFact[]> {
  if (paths.length === 0) return [];
  const exit = await runMover(docker, {
    args: ["folders", "--", ...paths],
    files: [{ source: "/", path: "/host" }],
    capabilities: readingCapabilities,
  });
  if (exit.exitCode === 0) return facts.parse(JSON.parse(exit.stdout.toString())).folders;
  throw new DrayageError("DOCKER_FAILED", `folders of ${docker.host} could not be looked at: ${exit.stderr.toString().trim()}`, {
    subject: docker.host,
  });
}
