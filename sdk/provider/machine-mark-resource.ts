/** MachineMark: keeps which machine was made, or which run looked for it first. Nothing outside is touched by it. */
import { DrayageError } from "../spec/drayage-error";
import { mintIncarnation } from "../spec/identity";
import { reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import type { PlainRecord } from "./plain";
import type { ResourceHandler } from "./resource-handler";

export function createMachineMarkHandler(): ResourceHandler {
  return {
    /** What is stored stays, so that a run which only looks changes nothing in the state. */
    check({ olds, news, urn }) {
      const { run, instance, volume } = Object.keys(olds).length > 0 ? olds : news;
      const kept = Object.entries({ run, instance, volume }).filter(([, value]) => value !== undefined);
      const { run: _r, instance: _i, volume: _v, ...rest } = news;
      const reported = reportedProblems(news);
      const problems = reported.length > 0 ? reported : stackUidProblem(news, urn);
      return { inputs: { ...rest, ...Object.fromEntries(kept) }, problems };
    },
    diff: () => ({ changed: false, detailedDiff: {} }),
    create: async ({ name, news }) => ({ id: mintIncarnation(name), outputs: marked(news) }),
    async read({ id, name, olds, oldInputs }) {
      if (Object.keys(oldInputs).length > 0) return { id, outputs: olds, inputs: oldInputs };
      throw new DrayageError("NOT_SUPPORTED", "what is known of a machine is not imported", { subject: name });
    },
    update: async ({ olds }) => ({ outputs: olds }),
    delete: async () => undefined,
  };
}

const marked = ({ run, instance, volume }: PlainRecord): PlainRecord => ({
  run: textOf(run),
  instance: textOf(instance),
  volume: textOf(volume),
});
