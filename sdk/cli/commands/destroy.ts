import { Command } from "commander";
import { DrayageError } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions, withTarget, withYes } from "../common-options";
import { confirmByName, requireSomeone } from "../confirm";
import { counted } from "../render/human";
import { applyStack } from "../session/apply-stack";
import { engineFlags } from "../session/engine-flags";
import { type Session, withSession } from "../session/session";
import { loadStackState } from "../state/load-state";
import { rememberHosts } from "../state/remembered-hosts";
import type { StackState } from "../state/stack-state";
import type { Terminal } from "../terminal/terminal";

interface DestroyOptions extends StackOptions {
  readonly target: readonly string[];
  readonly yes?: boolean;
}

export function destroyCommand(terminal: Terminal): Command {
  const command = withYes(withTarget(withStackOptions(new Command("destroy"))))
    .description(
      "Remove containers and networks of the stack. Volumes are kept unless the program says `keep: false`: a later `up` attaches them again.",
    )
    .action((options: DestroyOptions) => destroy(options, terminal));
  return withExamples(command, "dray destroy", "dray destroy --target shop --yes");
}

async function destroy(options: DestroyOptions, terminal: Terminal): Promise<void> {
  if (!options.yes) requireConsent(options, terminal);
  await withSession(options, terminal, async (session) => {
    const state = await loadStackState(session.chosen, terminal);
    if (!options.yes) await ask(session, state, options, terminal);
    rememberHosts(session.chosen, state);
    // Hosts and images of a targeted workload may serve others: only what was named goes.
    const flags = engineFlags(options, session.chosen, { needs: false });
    await applyStack(session, terminal, { command: "destroy", action: "destroy", json: options.json ?? false, flags });
  });
}

function requireConsent(options: DestroyOptions, terminal: Terminal): void {
  requireSomeone(terminal, "dray destroy");
  if (options.json) throw new DrayageError("USAGE", "--json leaves no place for a question.", { hint: "Give --yes." });
}

async function ask({ chosen }: Session, state: StackState, { target }: DestroyOptions, terminal: Terminal): Promise<void> {
  terminal.out(`${destroyText(state, target)}\n`);
  const name = target.length === 0 ? chosen.stack : target.join(" ");
  await confirmByName(terminal, `This stops and removes all of it. Volumes with \`keep\` stay.`, name, { what: "dray destroy" });
}

function destroyText(state: StackState, target: readonly string[]): string {
  const workloads = state.workloads.filter((it) => target.length === 0 || target.includes(it.name));
  const lines = workloads.map((it) => {
    const places = it.placements.map((host) => host.name).join(", ");
    return `- ${it.name} on ${places}: ${counted(it.services.length, "service")} (${it.services.join(", ")})`;
  });
  return lines.length === 0 ? "No workload is deployed." : lines.join("\n");
}
