/** Another machine answers where one of the state is expected. */
import { DrayageError } from "../spec/drayage-error";
import { textOf } from "./common-inputs";
import type { LookedAtMachine } from "./prepare-wish";
import type { CreateRequest, UpdateRequest } from "./resource-handler";

export const otherMachineAnswers = (name: string, now: string, before: string): DrayageError =>
  new DrayageError("HOST_REPLACED", `another machine answers: its id is ${now}, and was ${before}`, {
    subject: name,
    hint: `If it was replaced on purpose and its data is gone, write: rebuilt: "${before}"`,
  });

/** Before anything is done to it: by /etc/machine-id where the state has one, and not an engine's id in its place. */
export function refuseOther(
  { name, news }: CreateRequest | UpdateRequest,
  known: string | undefined,
  { machineId }: LookedAtMachine,
): void {
  if (known === undefined || !/^[0-9a-f]{32}$/.test(known) || machineId === known || textOf(news.rebuilt) === known) return;
  throw otherMachineAnswers(name, machineId, known);
}
