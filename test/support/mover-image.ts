/** Gives a fake engine the mover's image, as if it had been loaded before. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultMoverDir } from "../../sdk/engine/host/helper-image";
import type { FakeDocker } from "./fake-docker";

export function giveMover(docker: FakeDocker): void {
  const binary = readFileSync(join(defaultMoverDir(), "mover-linux-amd64"));
  const ref = `drayage/mover:${createHash("sha256").update(binary).digest("hex").slice(0, 12)}`;
  docker.addImage(ref);
  const image = docker.images.get(ref);
  if (image !== undefined) docker.images.set(ref, { ...image, Architecture: "amd64" });
}
