import { Command, InvalidArgumentError } from "commander";
import { type StackOptions, withExamples, withStackOptions, withTarget, withYes } from "../common-options";
import { deploy, requireConsent } from "../session/deploy";
import { withSession } from "../session/session";
import type { Terminal } from "../terminal/terminal";

interface UpOptions extends StackOptions {
  readonly target: readonly string[];
  readonly yes?: boolean;
  readonly plan?: string;
  readonly parallel?: number;
}

export function upCommand(terminal: Terminal): Command {
  const command = withYes(withTarget(withStackOptions(new Command("up"))))
    .option("--plan <file>", "do what a saved preview showed; stops and data operations beyond it are refused")
    .option("--parallel <n>", "resources at a time (default 32)", wholeNumber)
    .action((options: UpOptions) => up(options, terminal));
  return withExamples(
    command,
    "dray up",
    "dray up --yes",
    "dray up --target shop",
    "dray preview --save plan.json && dray up --plan plan.json",
  );
}

async function up(options: UpOptions, terminal: Terminal): Promise<void> {
  const deployment = { ...options, command: "up" } as const;
  requireConsent(deployment, terminal);
  await withSession(options, terminal, (session) => deploy(session, deployment, terminal));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Give a number from 1.");
  return Number(text);
}
