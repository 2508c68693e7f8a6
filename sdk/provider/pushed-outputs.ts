/** What an Image that is pushed tells beside its identity: under which digest and reference the registry has it. */
import { contentTag, repositoryOf } from "../spec/registry";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { recordOf, textOf } from "./common-inputs";
import type { PlainRecord } from "./plain";

/** `digest` undefined: it was not pushed by this stack; then its tag leads to it. */
export function pushedOutputs({ push, contentHash }: PlainRecord, digest: string | undefined): PlainRecord {
  if (push === undefined || push === null) return {};
  const { registry, repository, tag } = recordOf(push);
  const known = [registry, repository, digest].every((it) => !isUnknown(it));
  if (!known) return { digest: UNKNOWN, reference: UNKNOWN };
  const at = repositoryOf({ registry: textOf(registry), repository: textOf(repository) });
  if (digest === undefined) return { digest: "", reference: `${at}:${textOf(tag) || contentTag(textOf(contentHash))}` };
  return { digest, reference: `${at}@${digest}` };
}
