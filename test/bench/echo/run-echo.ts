/**
 * `node run-echo.js up|preview`, in the program's folder: the same program, engine, backend and way of attaching as `dray` has,
 * with handlers that touch no world and nothing of the command line around it. This is Pulumi's floor. Compiled, as `dray` is.
 */
import { findPulumi } from "../../../sdk/cli/doctor/pulumi/find-pulumi";
import { findBackend, prepareEmbedded } from "../../../sdk/cli/pulumi/backend";
import { loadProgram } from "../../../sdk/cli/pulumi/load-program";
import { runPulumi } from "../../../sdk/cli/pulumi/run-pulumi";
import { ensureStackUid, stackFile } from "../../../sdk/cli/pulumi/stack-file";
import { startProvider } from "../../../sdk/provider/serve";
import { echoHandlers } from "./echo-handlers";

async function main(action: "up" | "preview"): Promise<void> {
  const workDir = process.cwd();
  const stack = "dev";
  const program = loadProgram(workDir);
  const backend = findBackend({ workDir, env: process.env, home: process.env.HOME ?? "" });
  prepareEmbedded(backend, workDir, program.project, stack);
  ensureStackUid(stackFile(workDir, stack));
  const [{ path: command }, provider] = await Promise.all([
    findPulumi(process.env),
    startProvider({ handlers: echoHandlers, version: "0.1.0" }),
  ]);
  const result = await runPulumi({
    action,
    command,
    workDir,
    stack,
    program: program.run,
    programDir: program.programDir,
    providerPort: provider.port,
    env: { ...process.env, ...backend.env },
  });
  await provider.stop();
  const { summary, diagnostics, programError, stderr } = result;
  const why = result.exitCode === 0 ? {} : { diagnostics, stderr, programError: String(programError) };
  process.stdout.write(`${JSON.stringify({ changes: summary?.changes, ...why })}\n`, () => process.exit(result.exitCode));
}

void main(process.argv[2] === "preview" ? "preview" : "up");
