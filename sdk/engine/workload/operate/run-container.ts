/** A one-shot: run to its end, and only then counted as done. */
import { DrayageError } from "../../../spec/drayage-error";
import type { ExecutorContext } from "../../plan/run-plan";
import { replicaName } from "../object-names";
import type { NewContainerDetail } from "../operations";
import { subjectOf, type WorkloadWorld } from "../workload-world";
import { nameOf, requireContainer } from "./find-container";
import { gateError } from "./gate-container";
import { startContainer } from "./start-container";

/** One that ended well before an interruption is not run again. @throws START_FAILED with its last lines, CANCELLED */
export async function runContainer(world: WorkloadWorld, detail: NewContainerDetail, context: ExecutorContext): Promise<void> {
  const { docker } = world.host;
  const before = await requireContainer(world, detail);
  const completed = before.State.Status === "exited" && before.State.ExitCode === 0;
  if (!completed) {
    await startContainer(world, detail);
    await ended(world, detail, before.Id, context);
    const { State } = await requireContainer(world, detail);
    const oom = State.OOMKilled ? ", killed because it used more memory than its limit" : "";
    const evidence = `it ended with exit code ${State.ExitCode}${oom}`;
    if (State.ExitCode !== 0) throw await gateError(world, detail, before.Id, { passed: false, why: "exited", evidence });
  }
  const name = nameOf(world, detail, "current");
  if (before.Name.replace(/^\//, "") !== name) await docker.renameContainer(before.Id, name);
}

async function ended(world: WorkloadWorld, detail: NewContainerDetail, id: string, context: ExecutorContext): Promise<void> {
  const { signal } = context;
  const cancelled = new Promise<never>((_, reject) => {
    const refuse = () =>
      reject(
        new DrayageError("CANCELLED", `Cancelled while ${replicaName(detail.service, detail.replica)} ran.`, {
          subject: subjectOf(world, detail.service),
        }),
      );
    if (signal.aborted) refuse();
    else signal.addEventListener("abort", refuse, { once: true });
  });
  await Promise.race([world.host.docker.waitContainer(id), cancelled]);
}
