/** Mistakes: stands in a program that has some, so that nothing of another package is made. It never comes to be. */
import { DrayageError } from "../spec/drayage-error";
import { reportedProblems } from "./common-inputs";
import type { ResourceHandler } from "./resource-handler";

export function createMistakesHandler(): ResourceHandler {
  const never = async (): Promise<never> => {
    throw new DrayageError("INTERNAL", "the program's mistakes were not told");
  };
  return {
    check: ({ news }) => ({ inputs: news, problems: reportedProblems(news) }),
    diff: () => ({ changed: false, detailedDiff: {} }),
    create: never,
    read: never,
    update: never,
    delete: async () => undefined,
  };
}
