/** What a ready reference of a service was promoted as: it means that very image, whatever the registry says by now. */
import { fields, filledText, type Reader, recordOf, requireKeys } from "./read";

export interface ReferenceLock {
  /** The reference this is about; the program's naming another one makes the lock void. */
  readonly ref: string;
  /** Image id on the engine it ran on. */
  readonly id: string;
  /** `postgres@sha256:…`, by which a registry has it. */
  readonly digest?: string;
  /** Stack it was promoted from, to be said. */
  readonly from?: string;
}

const lock = fields({ ref: filledText, id: filledText, digest: filledText, from: filledText });

/** Service → lock. */
export const readReferenceLocks: Reader<Record<string, ReferenceLock>> = recordOf((value, place) => {
  const read = lock(value, place);
  requireKeys(value, ["ref", "id"], place);
  return read?.ref === undefined || read.id === undefined ? undefined : (read as ReferenceLock);
});
