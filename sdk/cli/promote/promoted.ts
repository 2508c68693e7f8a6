/** What a promotion has come to: each image with its identity on both stacks, and the bytes that travelled. Pure. */
import { sameIdentityKey } from "../../engine/image/image-identity";
import type { RunEvent } from "../render/run-progress";
import type { Deployed } from "./deployed";
import { imageBytes } from "./image-bytes";
import type { Promotion } from "./propose-pins";

export interface PromotedImage {
  /** Of an Image in the program, or `workload/service` of a reference. */
  readonly name: string;
  /** Content hash, or the reference. */
  readonly content: string;
  /** On the stack it came from; of a reference the image id. */
  readonly identity: string;
  /** Does the other stack say the same of what it runs? */
  readonly equal: boolean;
  readonly bytes: number;
}

export interface Arrived {
  /** What the stack runs now. */
  readonly runs: Deployed;
  /** `workload/service` → image id there now. */
  readonly references: Readonly<Record<string, { readonly id: string; readonly digest?: string }>>;
  readonly events: readonly RunEvent[];
}

export function promotedImages({ images, references }: Promotion, { runs, references: now, events }: Arrived): PromotedImage[] {
  return [
    ...Object.entries(images).map(([name, { contentHash, identity }]): PromotedImage => {
      const other = runs.images[name]?.identity;
      const equal = other !== undefined && sameIdentityKey(other, identity);
      return { name, content: contentHash, identity, equal, bytes: imageBytes(events, name) };
    }),
    ...Object.entries(references).map(([name, { ref, id, digest }]): PromotedImage => {
      const other = now[name];
      // Stores of two kinds name one image by two ids; the digest is the registry's and the same for both.
      const equal = other !== undefined && (other.id === id || (digest !== undefined && other.digest === digest));
      return { name, content: ref, identity: id, equal, bytes: imageBytes(events, ref) };
    }),
  ];
}
