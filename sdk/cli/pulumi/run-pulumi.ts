/** Runs the real engine once: the program in this process, our provider attached, events over gRPC. */
import { createCollector } from "./collect-result";
import { startEngineServer } from "./engine-server";
import { type LanguageHost, loadLanguageHost } from "./language-host";
import { usesOtherProviders } from "./other-providers";
import { pulumiArguments, pulumiEnvironment } from "./pulumi-arguments";
import { runProcess } from "./pulumi-process";
import type { PulumiResult, PulumiRun } from "./pulumi-run";

export async function runPulumi(run: PulumiRun): Promise<PulumiResult> {
  const collector = createCollector();
  const programDir = run.programDir ?? run.workDir;
  let programError: unknown;
  const program = async () => {
    try {
      return await run.program();
    } catch (error) {
      programError = error;
      throw error;
    }
  };
  let host: Promise<LanguageHost> | undefined;
  const language = () => {
    host ??= new Promise((resolve) => resolve(loadLanguageHost(programDir, program)));
    return host;
  };
  const server = await startEngineServer(language, (event) => {
    collector.take(event);
    run.onEvent?.(event);
  });
  try {
    // The engine boots for half a second: started first, so that the SDK loads meanwhile.
    const ended = runProcess({
      command: run.command,
      args: pulumiArguments(run.action, run.stack, { language: server.port, events: server.port }, run.flags),
      cwd: run.workDir,
      env: pulumiEnvironment(run.env, { providerPort: run.providerPort, otherProviders: usesOtherProviders(run.workDir) }),
      signal: run.signal,
      abandon: run.abandon,
    });
    setImmediate(() => {
      run.meanwhile?.();
      language().catch(() => undefined);
    });
    const { exitCode, stderr } = await ended;
    return { exitCode, ...collector.result(), programError, stderr };
  } finally {
    server.close();
  }
}
