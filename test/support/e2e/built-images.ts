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

/** `beside`: a run that goes on. It may use the same images by now, and is left to remove them. */
export async function removeBuilt(root: string, docker: DockerEngine, beside: string | undefined): Promise<void> {
  const [kept, hashes] = [linesOf(before(root)), linesOf(built(root))];
  const images = (await docker.listImages({ label: [label.contentHash] })).filter(
    ({ Id, Labels }) => hashes.has(Labels?.[label.contentHash] ?? "") && !kept.has(Id),
  );
  if (beside !== undefined) {
    const theirs = linesOf(before(beside));
    for (const { Id } of images) theirs.delete(Id);
    writeFileSync(before(beside), [...theirs].join("\n"));
    appendFileSync(built(beside), images.map(({ Labels }) => `${Labels?.[label.contentHash]}\n`).join(""));
  } else for (const { Id } of images) await docker.removeImage(Id).catch(() => undefined);
}

const linesOf = (file: string): Set<string> => new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
