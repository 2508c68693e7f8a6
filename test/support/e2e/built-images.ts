/** What programs of the run had built on the operator's engine: nothing of it stays, unless it was there before. */
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DockerEngine } from "../../../sdk/engine/docker/docker-engine";
import { label } from "../../../sdk/engine/labels";

const before = (root: string) => join(root, "images-before");
const built = (root: string) => join(root, "images-built");

export async function noteImages(root: string, docker: DockerEngine): Promise<void> {
  const images = await docker.listImages({ label: [label.contentHash] });
  writeFileSync(before(root), images.map(({ Id }) => `${Id}\n`).join(""));
}

/** Content hashes that a program's state has ever held. */
export function noteBuilt(root: string, stateFolder: string): void {
  if (!existsSync(stateFolder)) return;
  const files = readdirSync(stateFolder, { recursive: true, encoding: "utf8" }).filter((name) => /\.json$/.test(name));
  const texts = files.map((name) => readFileSync(join(stateFolder, name), "utf8"));
  const hashes = texts.flatMap((text) => text.match(/(?<="contentHash": ?")[0-9a-f]{64}/g) ?? []);
  appendFileSync(built(root), [...new Set(hashes)].map((hash) => `${hash}\n`).join(""));
}

export async function removeBuilt(root: string, docker: DockerEngine): Promise<void> {
  const [kept, hashes] = [linesOf(before(root)), linesOf(built(root))];
  for (const { Id, Labels } of await docker.listImages({ label: [label.contentHash] })) {
    const hash = Labels?.[label.contentHash];
    if (hash === undefined || !hashes.has(hash) || kept.has(Id)) continue;
    await docker.removeImage(Id).catch(() => undefined);
  }
}

const linesOf = (file: string): Set<string> => new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
