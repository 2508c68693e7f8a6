/** Build secrets that are in files or elsewhere: read at the build and by it alone, so that the state keeps only where they are. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { SecretReader } from "../engine/secret/open-secret-reader";
import { DrayageError } from "../spec/drayage-error";
import { Place } from "../spec/place";
import { readSecretRef, type SecretRef } from "../spec/secret-ref";
import { recordOf, textOf } from "./common-inputs";
import type { PlainRecord } from "./plain";
import { refuseMissing } from "./workload-secrets";

/** By id. @throws NOT_FOUND SECRET_MISSING */
export async function readBuildSecrets(
  reader: Pick<SecretReader, "read">,
  { secretFiles, secretRefs, programDir, name }: PlainRecord,
): Promise<Record<string, string>> {
  const base = textOf(programDir);
  const files = Object.entries(recordOf(secretFiles)).map(
    ([id, path]) => [id, readSecretFile(id, resolve(base, textOf(path)))] as const,
  );
  const refs = Object.entries(recordOf(secretRefs)).flatMap(([id, written]) => {
    const ref = readSecretRef(written, Place.root([]));
    return ref === undefined ? [] : [[id, ref] as const];
  });
  return { ...Object.fromEntries(files), ...(await readAll(reader, refs, base, `image ${textOf(name)}`)) };
}

async function readAll(
  reader: Pick<SecretReader, "read">,
  refs: readonly (readonly [id: string, ref: SecretRef])[],
  base: string,
  subject: string,
): Promise<Record<string, string>> {
  if (refs.length === 0) return {};
  const found = await reader.read(
    refs.map(([, ref]) => ref),
    base,
  );
  const named = found.map((one, index) => ({ id: refs[index]?.[0] ?? "", one }));
  const missing = named.flatMap(({ id, one }) => ("problem" in one ? [{ ...one, path: `secrets.${id}` }] : []));
  refuseMissing(missing, subject);
  return Object.fromEntries(named.flatMap(({ id, one }) => ("value" in one ? [[id, one.value]] : [])));
}

function readSecretFile(id: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new DrayageError("NOT_FOUND", `the file of the build secret ${id} cannot be read: ${path}`, {
      subject: `secrets.${id}`,
      cause,
    });
  }
}
