/**
 * An up asks for every secret that the program takes from elsewhere before anything changes, so that all that are missing are told
 * with the program's other mistakes. A preview does not: it may run where the secrets are not, and the provider tells it then.
 */
import { Output, runtime } from "@pulumi/pulumi";
import type { SecretReader } from "../context/secrets/secret-reader";
import type { Problem } from "../spec/drayage-error";
import { Place } from "../spec/place";
import { isReference, readSecretRef, type SecretRef } from "../spec/secret-ref";
import { isUnknown } from "../spec/unknown";
import { knownPart } from "./known-part";
import { secretSurroundings } from "./program-facts";

export interface PlacedSecret {
  /** `services.db.secrets.pg` */
  readonly path: string;
  readonly ref: SecretRef;
}

export async function missingSecrets(secrets: readonly PlacedSecret[], base: string): Promise<readonly Problem[]> {
  if (secrets.length === 0 || runtime.isDryRun()) return [];
  const found = await reader().read(
    secrets.map(({ ref }) => ref),
    base,
  );
  return found.flatMap((one, index) =>
    "value" in one ? [] : [{ path: secrets[index]?.path ?? "", reason: `${one.problem} (${one.hint})` }],
  );
}

/** The references among written secrets, in the short and the long form; what is wrong with one is told by the reader of the whole. */
export function placedSecrets(secrets: unknown, at: Place): PlacedSecret[] {
  if (typeof secrets !== "object" || secrets === null || Output.isInstance(secrets)) return [];
  return Object.entries(secrets as Readonly<Record<string, unknown>>).flatMap(([name, written]) => {
    const ref = referenceIn(written);
    return ref === undefined ? [] : [{ path: at.key(name).path, ref }];
  });
}

function referenceIn(written: unknown): SecretRef | undefined {
  if (typeof written !== "object" || written === null || Output.isInstance(written)) return undefined;
  const value = isReference(written) ? written : (written as { readonly value?: unknown }).value;
  const known = isReference(value) ? knownPart(value) : undefined;
  if (known === undefined || Object.values(known as object).some(isUnknown)) return undefined;
  return readSecretRef(known, Place.root([]));
}

let open: SecretReader | undefined;

/** One for all that a program constructs in one go: each file is read once. */
function reader(): SecretReader {
  if (open === undefined) {
    const { createSecretReader } =
      require("../context/secrets/secret-reader") as typeof import("../context/secrets/secret-reader");
    open = createSecretReader(secretSurroundings());
    setImmediate(() => {
      open = undefined;
    });
  }
  return open;
}
