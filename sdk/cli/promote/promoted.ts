/** What a promotion has come to: each image as the receipts of both stacks have it, and the bytes that travelled. Pure. */
import { sameIdentityKey } from "../../engine/image/image-identity";
import type { RunEvent } from "../render/run-progress";
import { type Deployed, type RunImage, servicesOf } from "./deployed";
import { imageBytes } from "./image-bytes";
import type { Promotion } from "./propose-pins";

export interface PromotedImage {
  /** Of an Image in the program, or `workload/service` of a reference. */
  readonly name: string;
  /** Content hash, or the reference. */
  readonly content: string;
  /** What each stack's receipt says that its services run; undefined where no service runs it. */
  readonly identity: { readonly from: string | undefined; readonly to: string | undefined };
  readonly equal: boolean;
  readonly bytes: number;
}

export interface Arrived {
  /** What the two stacks run now. */
  readonly from: Deployed;
  readonly to: Deployed;
  readonly events: readonly RunEvent[];
}

export function promotedImages({ images, references }: Promotion, { from, to, events }: Arrived): PromotedImage[] {
  const identities = (runs: (service: string, image: RunImage) => boolean) => {
    const seen = (deployed: Deployed) =>
      servicesOf(deployed).flatMap((it) => (runs(it.key, it.runs) ? [[it.key, seenAs(it.runs)] as const] : []));
    const there = new Map(seen(to));
    const [here] = seen(from);
    const equal = seen(from).every(([key, identity]) => same(identity, there.get(key)));
    return { identity: { from: here?.[1], to: here === undefined ? undefined : there.get(here[0]) }, equal };
  };
  return [
    ...Object.entries(images).map(([name, { contentHash }]): PromotedImage => {
      const compared = identities((_, image) => "image" in image && image.image === name);
      return { name, content: contentHash, ...compared, bytes: imageBytes(events, name) };
    }),
    ...Object.entries(references).map(([name, { ref }]): PromotedImage => {
      return { name, content: ref, ...identities((key) => key === name), bytes: imageBytes(events, ref) };
    }),
  ];
}

/** A receipt that grew too large tells no images: then what was given. */
function seenAs(image: RunImage): string | undefined {
  return image.runs ?? ("image" in image ? image.identity : undefined);
}

function same(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined ? one === other : sameIdentityKey(one, other);
}
