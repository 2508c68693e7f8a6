import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DrayageError } from "../../spec/drayage-error";
import type { Chosen } from "../common-options";
import { findPulumi } from "../doctor/pulumi/find-pulumi";
import { readIfThere } from "../project/find-project";
import { findBackend } from "../pulumi/backend";
import type { Terminal } from "../terminal/terminal";
import { type PendingCreate, pendingCreates } from "./pending-creates";
import { noState, parseDeployment, parseStackState, type StackState, type StateResource } from "./stack-state";

export async function loadStackState(chosen: Chosen, terminal: Pick<Terminal, "env">): Promise<StackState> {
  const { text, where } = await loadStateText(chosen, terminal);
  return text === undefined ? noState : parseStackState(text, where);
}

export async function loadResources(chosen: Chosen, terminal: Pick<Terminal, "env">): Promise<StateResource[]> {
  const { text, where } = await loadStateText(chosen, terminal);
  return text === undefined ? [] : parseDeployment(text, where).resources;
}

export async function loadPendingCreates(chosen: Chosen, terminal: Pick<Terminal, "env">): Promise<PendingCreate[]> {
  return pendingCreates((await loadStateText(chosen, terminal)).text ?? "");
}

interface StateText {
  /** Undefined: the stack never ran. */
  readonly text: string | undefined;
  readonly where: string;
}

/** A file backend's state is read as it lies there; asking another backend costs a start of Pulumi. */
async function loadStateText({ project, stack }: Chosen, { env }: Pick<Terminal, "env">): Promise<StateText> {
  const backend = findBackend({ workDir: project.dir, env: { ...env } as NodeJS.ProcessEnv, home: env.HOME ?? homedir() });
  if (backend.stateDir !== undefined) {
    const file = join(backend.stateDir, ".pulumi", "stacks", project.name, `${stack}.json`);
    const text = readIfThere(file);
    if (text !== undefined || backend.kind === "embedded") return { text, where: file };
  }
  const text = await exported({ project, stack }, { ...env, ...backend.env });
  return { text, where: `pulumi stack export --stack ${stack}` };
}

async function exported({ project, stack }: Chosen, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { path } = await findPulumi(env);
  try {
    const options = {
      cwd: project.dir,
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" } as NodeJS.ProcessEnv,
      maxBuffer: 1024 ** 3,
    };
    return (await promisify(execFile)(path, ["stack", "export", "--stack", stack, "--non-interactive"], options)).stdout;
  } catch (cause) {
    const text = String((cause as { stderr?: string }).stderr ?? cause).trim();
    if (/no stack named/i.test(text))
      throw new DrayageError("NOT_FOUND", `There is no stack ${stack}.`, {
        hint: "`dray stacks` lists them; `dray up` makes it.",
        cause,
      });
    throw new DrayageError("PULUMI_FAILED", text, { subject: "pulumi stack export", cause });
  }
}
