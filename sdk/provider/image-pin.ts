/** An image that another stack has tried: it is not built, the very one runs. */
import { isUnknown } from "../spec/unknown";
import { textOf } from "./common-inputs";
import { isRecord, type PlainRecord } from "./plain";

export interface PinnedImage {
  readonly contentHash: string;
  readonly identity: string;
}

export function pinnedImage({ pin }: PlainRecord): PinnedImage | undefined {
  if (!isRecord(pin)) return undefined;
  return { contentHash: textOf(pin.contentHash), identity: textOf(pin.identity) };
}

/** `pinned to 3f2a91c4d0e1, promoted from staging …`; undefined when it is not. */
export function pinNote({ name, pin, folderHash }: PlainRecord, stack: string): string | undefined {
  if (!isRecord(pin)) return undefined;
  const [from, contentHash] = [textOf(pin.from), textOf(pin.contentHash)];
  const origin = from === stack ? "kept as it ran here" : `promoted from ${from}`;
  const folder = textOf(folderHash);
  const other = folder === "" || folder === contentHash || isUnknown(folder) ? "" : "; the program's folder has other content";
  return `image pinned to ${contentHash.slice(0, 12)}, ${origin} at ${textOf(pin.at)}${other} (dray unpin ${textOf(name)})`;
}
