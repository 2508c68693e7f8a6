import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { Command } from "commander";
import { chooseProjectAndStack, type StackOptions, withCwd, withExamples } from "../common-options";
import { findPulumi } from "../doctor/pulumi/find-pulumi";
import { findBackend, prepareEmbedded } from "../pulumi/backend";
import type { Terminal } from "../terminal/terminal";

export function pulumiCommand(terminal: Terminal): Command {
  const command = withCwd(new Command("pulumi"))
    .description("Run a Pulumi command on this stack, with the backend and passphrase that dray uses.")
    .option("-s, --stack <name>", "the stack (default: the selected one, the only one, or dev)")
    .argument("<words...>", "the command, after --")
    .action((words: readonly string[], options: StackOptions) => passThrough(words, options, terminal));
  return withExamples(command, "dray pulumi -- config set --secret dbPassword", "dray pulumi --stack prod -- stack history");
}

/** Its input, output and exit code are this process's own. */
async function passThrough(words: readonly string[], options: StackOptions, terminal: Terminal): Promise<void> {
  const { project, stack } = chooseProjectAndStack(options, terminal);
  const backend = findBackend({ workDir: project.dir, env: { ...terminal.env }, home: terminal.env.HOME ?? homedir() });
  prepareEmbedded(backend, project.dir, project.name, stack);
  const { path } = await findPulumi(terminal.env);
  const env = { ...terminal.env, ...backend.env, PULUMI_STACK: stack, PULUMI_SKIP_UPDATE_CHECK: "true" };
  terminal.exitCode = await new Promise<number>((done, fail) => {
    const child = spawn(path, [...words], { cwd: project.dir, env, stdio: "inherit" });
    child.on("error", fail);
    child.on("close", (code) => done(code ?? 1));
  });
}
