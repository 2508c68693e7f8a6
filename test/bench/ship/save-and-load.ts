/** What people do without a registry: `docker save IMAGE | ssh HOST docker load`. */
import { spawn } from "node:child_process";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HostHandle } from "../../../sdk/engine/host/host-handle";

export async function saveAndLoad({
  operator,
  ref,
  ssh,
}: {
  operator: HostHandle;
  ref: string;
  /** Arguments of ssh that reach the host. */
  ssh: readonly string[];
}): Promise<{ bytes: number; seconds: number }> {
  const began = performance.now();
  let bytes = 0;
  const counted = new Transform({
    highWaterMark: 1 << 18,
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const load = spawn("ssh", [...ssh, "docker load --quiet"], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = new Promise<number>((done, fail) => {
    load.once("error", fail);
    load.once("close", (code) => done(code ?? 1));
  });
  await pipeline(await operator.docker.saveImage(ref), counted, load.stdin);
  const code = await ended;
  if (code !== 0) throw new Error(`docker load over ssh ended with ${code}`);
  return { bytes, seconds: (performance.now() - began) / 1000 };
}
