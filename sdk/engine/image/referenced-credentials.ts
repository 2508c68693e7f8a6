/** Credentials that the program names by where they are. */
import { DrayageError } from "../../spec/drayage-error";
import { isReference, type SecretRef } from "../../spec/secret-ref";
import type { SecretReader } from "../secret/open-secret-reader";
import { serverOf } from "./registry-credentials";
import type { LoginParts } from "./registry-login";

export function referencedCredentials(reader: Pick<SecretReader, "read">): Pick<LoginParts["issuers"], "login" | "token"> {
  return {
    login: {
      issue: async (registry, { username, password }) => {
        const [user, word] = await valuesOf(reader, registry, { username, password });
        return { credentials: { serveraddress: serverOf(registry), username: user ?? "", password: word ?? "" } };
      },
    },
    token: {
      issue: async (registry, { identityToken }) => {
        const [token] = await valuesOf(reader, registry, { identityToken });
        return { credentials: { serveraddress: serverOf(registry), identitytoken: token ?? "" } };
      },
    },
  };
}

type Written = Readonly<Record<string, string | SecretRef>>;

/** @throws SECRET_MISSING */
async function valuesOf(reader: Pick<SecretReader, "read">, registry: string, written: Written): Promise<string[]> {
  const named = Object.entries(written);
  const refs = named.flatMap(([, value]) => (isReference(value) ? [value as SecretRef] : []));
  // Paths were made absolute when the program's inputs were read.
  const found = await reader.read(refs, "/");
  const missing = found.flatMap((one) => ("problem" in one ? [one] : []));
  if (missing.length > 0) {
    throw new DrayageError("SECRET_MISSING", missing.map(({ problem }) => problem).join("; "), {
      subject: `credentials of ${registry}`,
      hint: missing.map(({ hint }) => hint).join("; "),
    });
  }
  const values = found.flatMap((one) => ("value" in one ? [one.value] : []));
  return named.map(([, value]) => (typeof value === "string" ? value : (values.shift() ?? "")));
}
