import { reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import type { Identities } from "./identities";
import type { Checked, CheckRequest, ResourceHandler } from "./resource-handler";
import { diffWorkload } from "./workload-diff";
import { importWorkload, unwritten } from "./workload-import";
import { readContent, readHost, secretsInEnvironment } from "./workload-inputs";
import { lockNotes } from "./workload-locks";
import { type WorkloadHandlerParts, WorkloadOperations } from "./workload-operations";
import { readWorkloadState } from "./workload-read";

export type { WorkloadHandlerParts } from "./workload-operations";

export function createWorkloadHandler(parts: WorkloadHandlerParts): ResourceHandler {
  const { identities, door, hosts, secrets, onRemoved } = parts;
  const run = new WorkloadOperations(parts);
  return {
    refreshBeforeUpdate: true,
    check: (request) => checkWorkload(request, identities),
    diff(request) {
      run.remember(request.urn, request.olds);
      return diffWorkload(request);
    },
    create: (request) => run.create(request),
    update: (request) => run.update(request),
    read: async (request) => {
      if (Object.keys(request.olds).length === 0) return importWorkload(parts, request);
      run.remember(request.urn, request.olds);
      return readWorkloadState({ hosts, door, secrets }, request);
    },
    async delete(request) {
      const { kept, ownedBy } = await door.remove(await run.wishToRemove(request));
      const { identity } = request.oldInputs;
      if (ownedBy === undefined) onRemoved?.(textOf(identity));
      else request.report.say("info", `belongs to ${ownedBy.id} by now: left running`);
      if (kept.length > 0) request.report.say("info", `kept with their data: ${kept.join(", ")} (dray volumes ls)`);
    },
    planDelete: async (request) => door.previewRemoval(await run.wishToRemove(request)),
  };
}

function checkWorkload({ urn, olds, news, secretPaths, report }: CheckRequest, identities: Identities): Checked {
  for (const note of lockNotes(news)) report.say("info", note);
  const reported = [...reportedProblems(news), ...unwritten(news)];
  if (reported.length > 0) return { inputs: news, problems: reported };
  const stored = textOf(olds.identity) || undefined;
  const formerNames = Array.isArray(news.formerNames) ? news.formerNames.map(String) : [];
  const taken = identities.take({ urn, stackUid: textOf(news.stackUid), stored, formerNames });
  const content = readContent(news);
  const host = readHost(news);
  const problems = [
    ...stackUidProblem(news, urn),
    ...("problem" in taken ? [taken.problem] : []),
    ...("problems" in host ? host.problems : []),
    ...("problems" in content ? content.problems : []),
    ...secretsInEnvironment(secretPaths),
  ];
  return { inputs: { ...news, identity: "identity" in taken ? taken.identity : null }, problems };
}
