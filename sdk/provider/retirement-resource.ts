/** Retirement: in which of the two steps the way out of a machine is, and that nothing is on it. See sdk/resources/retirement.ts. */
import type { HostHandle } from "../engine/host/host-handle";
import { DrayageError } from "../spec/drayage-error";
import { mintIncarnation } from "../spec/identity";
import { recordOf, reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import { diffPaths } from "./diff-paths";
import type { Hosts } from "./engine-doors";
import { refOf } from "./host-resource";
import { hasUnknown, isRecord, type PlainRecord } from "./plain";
import { refuseInhabited } from "./refuse-inhabited";
import type { CreateRequest, ResourceHandler, UpdateRequest } from "./resource-handler";

export interface RetirementParts {
  readonly hosts: Pick<Hosts, "open">;
}

export function createRetirementHandler({ hosts }: RetirementParts): ResourceHandler {
  const move = async (request: CreateRequest | UpdateRequest, olds: PlainRecord): Promise<PlainRecord> => {
    const { news, report } = request;
    const machine = textOf(news.machine);
    const stage = nextStage(textOf(news.step), textOf(olds.stage));
    const host = isRecord(news.host) ? news.host : recordOf(olds.host);
    if (news.step === "leave" && stage !== olds.stage && news.unseen !== true)
      await refuseInhabited(request, { machine, open: () => openHost(host, textOf(news.programDir)) });
    if (stage === "begun") report.say("info", `${machine}: step 1 of 2 takes all protection off and destroys nothing`);
    return { stage, host };
  };
  const openHost = async (host: PlainRecord, base: string): Promise<HostHandle | undefined> =>
    Object.keys(host).length === 0 || hasUnknown(recordOf(host.connection)) ? undefined : hosts.open(refOf(host), base);
  return {
    check({ news, olds, urn, report }) {
      const reported = reportedProblems(news);
      if (news.step === "look" && olds.step === "mark") {
        const disk =
          olds.diskStays === true
            ? "its data volume is in another machine, and stays"
            : "its data volume leaves a final snapshot";
        report.say("info", `${textOf(news.machine)}: step 2 of 2 destroys all of it; ${disk}`);
      }
      return { inputs: news, problems: reported.length > 0 ? reported : stackUidProblem(news, urn) };
    },
    diff({ olds, oldInputs, news }) {
      const stage = textOf(olds.stage);
      const moved = nextStage(textOf(news.step), stage) !== stage;
      const way = isRecord(news.host) ? diffPaths({ host: wayOf(oldInputs.host) }, { host: wayOf(news.host) }) : {};
      const detailedDiff = { ...way, ...(moved && { stage: "update" as const }) };
      return { changed: Object.keys(detailedDiff).length > 0, detailedDiff };
    },
    create: async (request) => ({ id: mintIncarnation(request.name), outputs: await move(request, {}) }),
    update: async (request) => ({ outputs: await move(request, request.olds) }),
    async read({ id, name, olds, oldInputs }) {
      if (Object.keys(oldInputs).length > 0) return { id, outputs: olds, inputs: oldInputs };
      throw new DrayageError("NOT_SUPPORTED", "the way out of a machine is not imported", { subject: name });
    },
    delete: async () => undefined,
  };
}

function nextStage(step: string, stage: string): string {
  if (step === "serve") return "serving";
  // What never served was never made: nothing of it is.
  if (step === "mark" || (step === "leave" && stage === "")) return "done";
  if (stage === "done" || stage === "again") return stage;
  return stage === "begun" ? "again" : "begun";
}

/** Only the way there: what was measured follows by itself. */
const wayOf = (host: unknown): PlainRecord => {
  const { name, connection } = isRecord(host as PlainRecord) ? (host as PlainRecord) : {};
  return { name, connection: recordOf(connection) };
};
