/** Which stack a command is about: said, selected in Pulumi, the only one there is, or `dev`. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DrayageError } from "../../spec/drayage-error";
import { type Project, readIfThere } from "./find-project";

type Env = Readonly<Record<string, string | undefined>>;

export function chooseStack(project: Project, said: string | undefined, env: Env): string {
  const name = said ?? env.PULUMI_STACK ?? selectedStack(project, env) ?? onlyStack(project) ?? "dev";
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(shortStack(name))) return shortStack(name);
  throw new DrayageError("USAGE", `${JSON.stringify(name)} is no stack name: letters, digits, "-", "_" and "." make one.`);
}

/** Stacks that have a configuration file beside the program. */
export function configuredStacks(project: Project): string[] {
  return readdirSync(project.dir)
    .flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** What `pulumi stack select` wrote down for this project, if anything. */
export function selectedStack(project: Project, env: Env): string | undefined {
  const home = env.PULUMI_HOME || join(env.HOME ?? homedir(), ".pulumi");
  const hash = createHash("sha1").update(project.file).digest("hex");
  const text = readIfThere(join(home, "workspaces", `${project.name}-${hash}-workspace.json`));
  if (text === undefined) return undefined;
  try {
    const stack = (JSON.parse(text) as { stack?: unknown }).stack;
    return typeof stack === "string" && stack !== "" ? stack : undefined;
  } catch {
    return undefined;
  }
}

function onlyStack(project: Project): string | undefined {
  const stacks = configuredStacks(project);
  if (stacks.length > 1) {
    throw new DrayageError("USAGE", `This program has several stacks: ${stacks.join(", ")}.`, {
      hint: `Say which: --stack ${stacks[0]}, or choose once with \`pulumi stack select\`.`,
    });
  }
  return stacks[0];
}

/** `organization/project/dev` → `dev`. */
function shortStack(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
