/** A tiny image on an engine, as a build of ours leaves it there, and as a workload knows it. */
import { randomBytes } from "node:crypto";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { identityKey, identityOf } from "../../sdk/engine/image/image-identity";
import { label } from "../../sdk/engine/labels";
import { tinyImage } from "./tiny-image";

export interface BuiltImage {
  readonly kind: "built";
  readonly name: string;
  readonly contentHash: string;
  readonly identity: string;
  readonly id: string;
  /** Both it and the id are to be removed by whoever asked for it. */
  readonly tag: string;
}

export async function buildTinyImage({ docker }: Pick<HostHandle, "docker">, name: string): Promise<BuiltImage> {
  const contentHash = randomBytes(32).toString("hex");
  const tag = `drayage/${name}:${contentHash.slice(0, 12)}`;
  const { archive, id } = await tinyImage({ tag, layers: [randomBytes(20_000)], labels: { [label.contentHash]: contentHash } });
  await docker.loadImage(archive);
  const found = await docker.inspectImage(id);
  return {
    kind: "built",
    name,
    contentHash,
    identity: found === undefined ? "" : identityKey(identityOf(found, "graphdriver")),
    id,
    tag,
  };
}
