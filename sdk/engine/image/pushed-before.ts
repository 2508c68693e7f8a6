/** Whether a tag that a registry will not write again means the very image that was to be pushed. */
import { type PushSpec, repositoryOf } from "../../spec/registry";
import type { RegistryCredentials } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import type { RunContext } from "../run-context";
import { identityKey, identityOf, sameIdentityKey } from "./image-identity";

export interface PushedBeforeRequest {
  readonly builder: HostHandle;
  /** Id on the builder. */
  readonly id: string;
  readonly push: PushSpec;
  /** `registry/repository:tag`. */
  readonly reference: string;
  readonly credentials: RegistryCredentials | undefined;
  readonly run: Pick<RunContext, "signal">;
}

/**
 * A registry whose tags mean one image for ever refuses that image too, when a run was killed between its push and its saying so.
 * @returns its digest there; undefined: the tag means another image.
 */
export async function pushedBefore({ builder, id, push, run, ...there }: PushedBeforeRequest): Promise<string | undefined> {
  const { docker, measured } = builder;
  const keyOf = async (name: string) => {
    const found = await docker.inspectImage(name);
    return found && identityKey(identityOf(found, measured.imageStore));
  };
  const { reference, credentials } = there;
  const digest = await docker.digestInRegistry(reference, credentials);
  const own = await keyOf(id);
  if (digest === undefined || own === undefined) return undefined;
  const pulled = `${repositoryOf(push)}@${digest}`;
  const known = await keyOf(pulled);
  // The layers are here if it is the same; a name that was not there before does not stay.
  if (known === undefined) await docker.pullImage(pulled, credentials && { credentials }, undefined, run.signal);
  const other = known ?? (await keyOf(pulled));
  if (known === undefined) await docker.removeImage(pulled).catch(() => undefined);
  return other !== undefined && sameIdentityKey(own, other) ? digest : undefined;
}
