/** LostPart: stands for what is gone. Nothing outside is asked or touched for it, also not when it leaves. */
import { mintIncarnation } from "../spec/identity";
import { reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import type { ResourceHandler } from "./resource-handler";

export function createLostPartHandler(): ResourceHandler {
  return {
    check({ news, urn, report }) {
      const reported = reportedProblems(news);
      if (textOf(news.says) !== "") report.say("warning", textOf(news.says));
      return { inputs: news, problems: reported.length > 0 ? reported : stackUidProblem(news, urn) };
    },
    diff: () => ({ changed: false, detailedDiff: {} }),
    create: async ({ name }) => ({ id: mintIncarnation(name), outputs: {} }),
    // Of what it was some outputs are secret, and the wire says no more which.
    read: async ({ id, oldInputs }) => ({ id, outputs: {}, inputs: oldInputs }),
    update: async () => ({ outputs: {} }),
    delete: async () => undefined,
  };
}
