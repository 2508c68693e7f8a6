/**
 * The second step of an enrolment. A resource of its own, because Pulumi has written the Host, and with it the machine's own key, into
 * the state before anything that depends on it begins.
 */
import type { Clock } from "../engine/clock";
import { DrayageError } from "../spec/drayage-error";
import { mintIncarnation } from "../spec/identity";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { contextOf, reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import { diffPaths } from "./diff-paths";
import type { EnrolDoor } from "./engine-doors";
import { connectionOf } from "./host-inputs";
import type { PlainRecord } from "./plain";
import type { CreateRequest, ResourceHandler, UpdateRequest } from "./resource-handler";

export interface EnrolmentParts {
  readonly door: EnrolDoor;
  readonly clock: Clock;
}

export function createEnrolmentHandler({ door, clock }: EnrolmentParts): ResourceHandler {
  const drop = async (request: CreateRequest | UpdateRequest): Promise<PlainRecord> => {
    const { news, report, preview, timeoutMs } = request;
    // Else the plan of the Host has it.
    if (preview && !isUnknown(news.hostKey)) report.plan(await door.planRemoval(textOf(news.name)));
    if (preview) return { hostKey: isUnknown(news.hostKey) ? UNKNOWN : textOf(news.hostKey) };
    const { injected, ...reached } = news;
    await door.drop({
      name: textOf(news.name),
      connection: connectionOf(reached),
      injected: textOf(injected),
      own: textOf(news.hostKey),
      base: textOf(news.programDir),
      timeoutMs,
      context: contextOf(request, clock),
    });
    return { hostKey: textOf(news.hostKey) };
  };
  return {
    check({ news, urn }) {
      const reported = reportedProblems(news);
      return { inputs: news, problems: reported.length > 0 ? reported : stackUidProblem(news, urn) };
    },
    /** A new address is no new key. */
    diff({ oldInputs, news }) {
      const detailedDiff = diffPaths(compared(oldInputs), compared(news));
      return { changed: Object.keys(detailedDiff).length > 0, detailedDiff };
    },
    create: async (request) => ({ id: mintIncarnation(request.name), outputs: await drop(request) }),
    update: async (request) => ({ outputs: await drop(request) }),
    async read({ id, name, olds, oldInputs }) {
      if (Object.keys(oldInputs).length > 0) return { id, outputs: olds, inputs: oldInputs };
      throw new DrayageError("NOT_SUPPORTED", "an enrolment is part of its host", { subject: name });
    },
    delete: async () => undefined,
  };
}

const compared = ({ hostKey, injected }: PlainRecord): PlainRecord => ({ hostKey, injected });
