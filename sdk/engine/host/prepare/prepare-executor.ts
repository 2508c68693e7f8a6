import { DrayageError } from "../../../spec/drayage-error";
import type { Shell, ShellRun } from "../../connection/shell";
import type { Operation } from "../../plan/plan";
import type { Executor } from "../../plan/run-plan";
import { applyScript } from "./apply-script";
import { prepareRequest } from "./prepare-request";
import type { Step } from "./prepare-step";

/** Ten minutes of patience with another package manager, and as much for a slow mirror. */
const deadlineMs = 30 * 60_000;

/** Every operation is one run of the same script, which waits for its end: an interrupted installation is worse than a late answer. */
export function prepareExecutor(shell: Shell, steps: readonly Step[]): Executor {
  return async (operation, { progress }) => {
    const { detail, files } = steps.find(({ kind }) => kind === operation.kind) ?? {};
    const input = prepareRequest({ operation: operation.kind, ...detail, ...files });
    const onLine = (line: string) => {
      const [, text] = /^progress=(.*)$/.exec(line) ?? [];
      if (text !== undefined) progress({ text });
    };
    const ran = await shell.run(applyScript, { root: true, input, deadlineMs, onLine });
    if (ran.exitCode !== 0) throw failed(shell.host, operation, ran);
  };
}

/** The script's own words come last; before them those of the program that failed. */
function failed(host: string, { id }: Operation, { exitCode, stderr }: ShellRun): DrayageError {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const reason = lines.pop() ?? `exit code ${exitCode}`;
  const said = lines.slice(-8).map((line) => `\n  ${line}`);
  if (exitCode === 3)
    return new DrayageError("WORLD_MOVED", `${id}: ${reason}`, {
      subject: host,
      hint: "This step changed nothing; those before it are done. Look at a new preview.",
    });
  return new DrayageError("PREPARE_FAILED", `${id}: ${reason}${said.join("")}`, {
    subject: host,
    hint: `More is in /var/log/drayage-prepare.log on ${host}; the same command goes on from here.`,
  });
}
