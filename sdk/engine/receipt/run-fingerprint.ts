/** Runs a service's own command that tells its data, and hashes what it prints while it arrives. */
import { createHash } from "node:crypto";
import type { DockerEngine } from "../docker/docker-engine";
import type { VolumeData } from "./receipt";

export interface FingerprintRun {
  readonly docker: Pick<DockerEngine, "execInteractive">;
  readonly service: string;
  /** Of a container that runs; undefined when none does. */
  readonly containerId: string | undefined;
  readonly command: readonly string[];
  readonly progress?: (bytes: number) => void;
}

/** A command that fails or prints nothing tells nothing: two of them must not look equal. */
export async function runFingerprint({ docker, service, containerId, command, progress }: FingerprintRun): Promise<VolumeData> {
  if (containerId === undefined) return { kind: "unknown", why: `${service} does not run, so its fingerprint cannot be taken` };
  const { stream, stderr, exitCode } = await docker.execInteractive(containerId, command, { tty: false, apart: true });
  stream.end();
  const said = lastLineOf(stderr);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    progress?.(bytes);
  }
  const code = await exitCode();
  if (code !== 0) return { kind: "unknown", why: `the fingerprint of ${service} ended with ${code}: ${await said}` };
  if (bytes === 0) return { kind: "unknown", why: `the fingerprint of ${service} printed nothing` };
  return { kind: "fingerprint", hash: hash.digest("hex"), service, bytes };
}

async function lastLineOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let tail = "";
  for await (const chunk of stream) tail = (tail + chunk.toString()).slice(-2000);
  return tail.trim().split("\n").at(-1) ?? "";
}
