/** A failed push or pull in the words of the program: which image, which registry, and which credentials are meant. */
import { DrayageError } from "../../spec/drayage-error";
import type { PushSpec } from "../../spec/registry";

export interface RegistryUse extends Pick<PushSpec, "registry" | "credentials"> {
  /** `image web`. */
  readonly what: string;
  readonly host: string;
}

export function registryFailure(error: unknown, { registry, credentials, what, host }: RegistryUse): unknown {
  if (!(error instanceof DrayageError) || !error.code.startsWith("REGISTRY_")) return error;
  return new DrayageError(error.code, error.message, {
    subject: `${what}: ${registry} by ${host}`,
    hint: hintFor(error, registry, credentials?.kind).replaceAll("HOST:PORT", registry),
    cause: error,
  });
}

type Given = NonNullable<RegistryUse["credentials"]>["kind"];

function hintFor({ code, hint }: DrayageError, registry: string, given: Given | undefined): string {
  if (code !== "REGISTRY_AUTH") return hint ?? "";
  if (given === "ecr") return "Whoever runs drayage needs the actions on that repository that docs/registries.md lists.";
  if (given !== undefined)
    return "Correct the user name, or what the program's `credentials` of push refer to; they are read again each time.";
  return `docker login ${registry}, on this machine: the hosts need no login.`;
}
