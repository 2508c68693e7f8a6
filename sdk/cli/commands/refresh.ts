import { Command } from "commander";
import { type StackOptions, withExamples, withStackOptions, withTarget } from "../common-options";
import { applyStack } from "../session/apply-stack";
import { engineFlags } from "../session/engine-flags";
import { onlyOursPending } from "../session/pending-creates";
import { withSession } from "../session/session";
import type { Terminal } from "../terminal/terminal";

interface RefreshOptions extends StackOptions {
  readonly target: readonly string[];
  readonly clearPendingCreates?: boolean;
}

export function refreshCommand(terminal: Terminal): Command {
  const command = withTarget(withStackOptions(new Command("refresh")))
    .description("Read what is really there and write it into the state. Changes nothing on any host, so it does not ask.")
    .option("--clear-pending-creates", "forget what other packages were making when a run was killed: look there before")
    .action((options: RefreshOptions) => refresh(options, terminal));
  return withExamples(command, "dray refresh", "dray refresh --target shop --json", "dray refresh --clear-pending-creates");
}

function refresh(options: RefreshOptions, terminal: Terminal): Promise<void> {
  return withSession(options, terminal, async (session) => {
    const clear = options.clearPendingCreates || (await onlyOursPending(session, terminal));
    const flags = [...(clear ? ["--clear-pending-creates"] : []), ...engineFlags(options, session.chosen)];
    await applyStack(session, terminal, { command: "refresh", action: "refresh", json: options.json ?? false, flags });
  });
}
