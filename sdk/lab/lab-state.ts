import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DrayageError } from "../spec/drayage-error";

const labHost = z.strictObject({
  name: z.string(),
  address: z.string(),
  port: z.number(),
  user: z.string(),
  /** Path of the private key that opens every host of the lab. */
  identityFile: z.string(),
  /** The whole public key of the host's sshd, `ssh-ed25519 AAAA…`. */
  hostKey: z.string(),
  containerId: z.string(),
  /** The volume behind the host's /var/lib/docker. */
  volume: z.string(),
  /** Came up without an engine, with a blank disk at /dev/lab-disk and a user who may become root. */
  bare: z.literal(true).exactOptional(),
});

const labState = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** Random; every Docker object of the lab carries it as a label, so `down` finds also what a killed `up` left. */
  id: z.string(),
  subnet: z.string(),
  networkId: z.string(),
  /** Whether this engine allows privileged containers; unknown before the first host. */
  privileged: z.boolean().exactOptional(),
  hosts: z.array(labHost),
});

export type LabHost = z.infer<typeof labHost>;
export type LabState = z.infer<typeof labState>;

/** `root` is the project's folder: labs live in its `.drayage/labs`. */
export function labDirectory(root: string, name: string): string {
  return join(labsDirectory(root), name);
}

export async function listLabNames(root: string): Promise<string[]> {
  const entries = await readdir(labsDirectory(root), { withFileTypes: true }).catch(ifMissing([]));
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Undefined when there is no such lab; a state that cannot be read is an error, never "no lab". */
export async function readLabState(root: string, name: string): Promise<LabState | undefined> {
  const file = stateFile(root, name);
  const text = await readFile(file, "utf8").catch(ifMissing(undefined));
  if (text === undefined) return undefined;
  const parsed = labState.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new DrayageError("RECORD_UNREADABLE", `the lab's state cannot be read: ${z.prettifyError(parsed.error)}`, {
    subject: file,
    hint: `Remove the containers labelled dev.drayage.lab by hand, then the folder ${labDirectory(root, name)}.`,
  });
}

export async function writeLabState(root: string, state: LabState): Promise<void> {
  await mkdir(labDirectory(root, state.name), { recursive: true, mode: 0o700 });
  // Keys must not be committed, whatever the project ignores.
  await writeFile(join(labsDirectory(root), ".gitignore"), "*\n");
  const file = stateFile(root, state.name);
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeLabState(root: string, name: string): Promise<void> {
  await rm(labDirectory(root, name), { recursive: true, force: true });
}

function labsDirectory(root: string): string {
  return join(root, ".drayage", "labs");
}

function stateFile(root: string, name: string): string {
  return join(labDirectory(root, name), "state.json");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}
