/**
 * `node -r sucrase/register/ts run-inline.ts '<json>'`: what the command line does for one action, around echo handlers. A process
 * of its own because jest's module system is not Node's.
 */
import { findBackend, prepareEmbedded } from "../../sdk/cli/pulumi/backend";
import { loadProgram } from "../../sdk/cli/pulumi/load-program";
import type { PulumiAction } from "../../sdk/cli/pulumi/pulumi-run";
import { runPulumi } from "../../sdk/cli/pulumi/run-pulumi";
import { startProvider } from "../../sdk/provider/serve";
import { echoHandler } from "./echo-handler";

export interface InlineRun {
  readonly action: PulumiAction;
  readonly workDir: string;
  readonly stack: string;
  readonly command: string;
  readonly flags?: readonly string[];
  /** Of a provider for drayage's resources that lives elsewhere. Default: one of echo resources. */
  readonly providerPort?: number;
}

async function main({ action, workDir, stack, command, flags, providerPort }: InlineRun): Promise<void> {
  const started = performance.now();
  const provider = await startProvider({ handlers: { "drayage:index:Echo": echoHandler }, version: "0.1.0" });
  const program = loadProgram(workDir);
  const backend = findBackend({ workDir, env: process.env, home: process.env.HOME ?? "" });
  prepareEmbedded(backend, workDir, program.project, stack);
  const steps: string[] = [];
  const planned: string[] = [];
  const controller = new AbortController();
  process.on("SIGINT", () => controller.abort());
  const result = await runPulumi({
    action,
    command,
    workDir,
    stack,
    program: program.run,
    programDir: program.programDir,
    providerPort: providerPort ?? provider.port,
    env: { ...process.env, ...backend.env },
    signal: controller.signal,
    ...(flags === undefined ? {} : { flags }),
    onEvent: ({ resourcePreEvent, diagnosticEvent }) => {
      const { op, type, urn } = resourcePreEvent?.metadata ?? {};
      if (op !== undefined) steps.push(`${op} ${type}`);
      if (op !== undefined && /^(create|update|replace|delete)$/.test(op)) planned.push(`${op} ${urn?.split("::").at(-1)}`);
      if (diagnosticEvent?.ephemeral) process.stderr.write(`${diagnosticEvent.message}\n`);
    },
  });
  await provider.stop();
  const programError = result.programError instanceof Error ? result.programError.message : result.programError;
  console.log(
    JSON.stringify({ ...result, programError, steps, planned: planned.sort(), seconds: (performance.now() - started) / 1000 }),
  );
  process.exit(result.exitCode);
}

void main(JSON.parse(process.argv[2] ?? "{}") as InlineRun);
