/** MachineImage: the first answer of a lookup, kept. Nothing outside is touched by it. */
import { DrayageError } from "../spec/drayage-error";
import { mintIncarnation } from "../spec/identity";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { recordOf, reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import type { PlainRecord } from "./plain";
import type { ResourceHandler } from "./resource-handler";

export function createMachineImageHandler(): ResourceHandler {
  return {
    check({ news, olds, urn }) {
      const reported = reportedProblems(news);
      if (reported.length > 0) return { inputs: news, problems: reported };
      // An image that was withdrawn since concerns nobody.
      const refused = Object.keys(olds).length > 0 ? [] : lookupProblem(news);
      return { inputs: news, problems: [...stackUidProblem(news, urn), ...refused] };
    },
    diff: () => ({ changed: false, detailedDiff: {} }),
    create: async ({ name, news }) => ({ id: mintIncarnation(name), outputs: { imageId: foundIn(news) } }),
    async read({ id, name, olds, oldInputs }) {
      if (Object.keys(oldInputs).length > 0) return { id, outputs: olds, inputs: oldInputs };
      throw new DrayageError("NOT_SUPPORTED", "the choice of an image is not imported", { subject: name });
    },
    update: async ({ olds }) => ({ outputs: olds }),
    delete: async () => undefined,
  };
}

const foundIn = ({ found }: PlainRecord): string => (isUnknown(found) ? UNKNOWN : textOf(recordOf(found).imageId));

function lookupProblem({ name, found }: PlainRecord) {
  const { problem } = recordOf(found);
  if (problem === undefined) return [];
  const { path, reason } = recordOf(problem);
  return [{ path: `${textOf(name)}: ${textOf(path)}`, reason: textOf(reason) }];
}
