/** A workload in the preview of a program that makes its host, too. */
import type { SecretReader } from "../engine/secret/open-secret-reader";
import type { HostRefSpec } from "../spec/host";
import { textOf } from "./common-inputs";
import type { WorkloadDoor } from "./engine-doors";
import type { CreateRequest, UpdateRequest } from "./resource-handler";
import { contentOf, knownSecrets } from "./workload-content";
import type { WorkloadState } from "./workload-state";

export interface UnbornParts {
  readonly door: Pick<WorkloadDoor, "previewUnborn">;
  readonly secrets: Pick<SecretReader, "read">;
}

/** What is planned on an empty machine, unless it runs somewhere already: what a move carries is found out between two machines. */
export async function planUnborn(
  { door, secrets }: UnbornParts,
  request: CreateRequest | UpdateRequest,
  { ref, secretKey, state }: { ref: HostRefSpec; secretKey: string; state: WorkloadState | undefined },
): Promise<void> {
  const { news, report } = request;
  if (state !== undefined) {
    const from = state.placement.host === ref.name ? "" : `it would be moved there from ${state.placement.host}; `;
    report.say("info", `${from}what would happen is unknown until ${ref.name} can be reached`);
    return;
  }
  const { secrets: values, secretMarks } = await knownSecrets(secrets, request, { secretKey, state });
  const { spec } = contentOf(news);
  const identity = textOf(news.identity);
  const host = { host: ref.name, openPorts: ref.traits?.openPorts };
  report.plan(await door.previewUnborn({ ...host, identity, spec, secrets: values, secretMarks, secretKey }));
}
