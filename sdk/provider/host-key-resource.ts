/** HostKey: a pair made once, its private half a secret of the state. Nothing outside is touched by it. */
import { DrayageError } from "../spec/drayage-error";
import { mintIncarnation } from "../spec/identity";
import { UNKNOWN } from "../spec/unknown";
import { reportedProblems, stackUidProblem } from "./common-inputs";
import type { PlainRecord } from "./plain";
import type { ResourceHandler } from "./resource-handler";

export interface HostKeyParts {
  readonly makePair: () => { readonly privateKey: string; readonly publicKey: string; readonly fingerprint: string };
}

const secretOutputs = [["privateKey"]];

export function createHostKeyHandler({ makePair }: HostKeyParts): ResourceHandler {
  return {
    check({ news, urn }) {
      const reported = reportedProblems(news);
      return { inputs: news, problems: reported.length > 0 ? reported : stackUidProblem(news, urn) };
    },
    // Nothing of it can change: another key is another resource.
    diff: () => ({ changed: false, detailedDiff: {} }),
    async create({ name, preview }) {
      if (preview) return { outputs: { privateKey: UNKNOWN, publicKey: UNKNOWN, fingerprint: UNKNOWN } };
      const pair: PlainRecord = { ...makePair() };
      return { id: mintIncarnation(name), outputs: pair, secretOutputs };
    },
    async read({ id, name, olds, oldInputs }) {
      if (Object.keys(oldInputs).length > 0) return { id, outputs: olds, inputs: oldInputs, secretOutputs };
      throw new DrayageError("NOT_SUPPORTED", "a host key is not imported: it is made, and given to one machine", {
        subject: name,
      });
    },
    update: async ({ olds }) => ({ outputs: olds, secretOutputs }),
    delete: async () => undefined,
  };
}
