/** MachineImage: the first answer of a lookup, kept. Nothing outside is touched by it. */
import { isDeepStrictEqual } from "node:util";
import { DrayageError, type Problem } from "../spec/drayage-error";
import { mintIncarnation } from "../spec/identity";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { recordOf, reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import { hasUnknown, type PlainRecord } from "./plain";
import type { ResourceHandler } from "./resource-handler";

export function createMachineImageHandler(): ResourceHandler {
  return {
    check({ news, olds, urn, report }) {
      const reported = reportedProblems(news);
      if (reported.length > 0) return { inputs: news, problems: reported };
      const problems = stackUidProblem(news, urn);
      if (Object.keys(olds).length === 0) return { inputs: news, problems: [...problems, ...lookupProblem(news)] };
      // An image that was withdrawn since concerns nobody.
      for (const text of ignored(olds, news)) report.say("info", text);
      return { inputs: { ...news, ...bornOf(olds) }, problems: [...problems, ...refused(olds, news)] };
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

/** What a machine was made of stays written down: the next run compares with that again. */
const bornOf = ({ found, bornWith }: PlainRecord): PlainRecord => ({ found, ...(bornWith !== undefined && { bornWith }) });

/** What a machine cannot get later, and must not be taken for: by another login nobody gets in, and its size cannot become one. */
const fixed: Readonly<Record<string, { readonly path: string; readonly what: string }>> = {
  arch: { path: "size", what: "architecture" },
  user: { path: "user", what: "login" },
};

const another = "declare a second host and change `host` of its workloads to it";

function changedIn({ bornWith: born }: PlainRecord, { bornWith: wanted }: PlainRecord): string[] {
  const [was, is] = [recordOf(born), recordOf(wanted)];
  return Object.keys(was).filter((name) => !hasUnknown(is[name]) && !isDeepStrictEqual(was[name], is[name]));
}

function refused(olds: PlainRecord, news: PlainRecord): Problem[] {
  return changedIn(olds, news).flatMap((name) => {
    const { path, what } = fixed[name] ?? {};
    if (path === undefined) return [];
    const [was, is] = [olds, news].map(({ bornWith }) => textOf(recordOf(bornWith)[name]));
    return [
      {
        path: `${textOf(news.name)}: ${path}`,
        reason: `the ${what} of the machine that is there is ${was}, not ${is}: ${another}`,
      },
    ];
  });
}

/** What the program says of a machine that is there already, and why nothing comes of it. */
function ignored(olds: PlainRecord, news: PlainRecord): string[] {
  const [was, is] = [textOf(recordOf(olds.found).imageId), foundIn(news)];
  const changed = changedIn(olds, news).filter((name) => fixed[name] === undefined);
  return [
    ...(isUnknown(is) || is === "" || is === was
      ? []
      : [`stays on the image ${was} that it was made from; ${is} is for a new machine`]),
    ...changed.map((name) => `${name} is read at the first boot only, so the change does nothing to the machine`),
  ].map((text) => `${text}: ${another}`);
}

function lookupProblem({ name, found }: PlainRecord) {
  const { problem } = recordOf(found);
  if (problem === undefined) return [];
  const { path, reason } = recordOf(problem);
  return [{ path: `${textOf(name)}: ${textOf(path)}`, reason: textOf(reason) }];
}
