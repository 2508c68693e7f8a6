/** Pulumi's own inline language host, of the same copy of the SDK as the program uses. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { handleUnaryCall } from "@grpc/grpc-js";
import { deferClosureModules } from "./lazy-closure";

export interface LanguageHost {
  readonly run: handleUnaryCall<unknown, unknown>;
  readonly getPluginInfo: handleUnaryCall<unknown, unknown>;
  readonly getRequiredPlugins: handleUnaryCall<unknown, unknown>;
}

type Program = () => Promise<unknown>;

export function loadLanguageHost(programDir: string, program: Program): LanguageHost {
  const load = sdkRequire(programDir);
  const restore = deferClosureModules();
  // The program asks for the root of the SDK anyway; loaded here it is loaded while the engine boots.
  load("@pulumi/pulumi");
  restore();
  const log = load("@pulumi/pulumi/log") as { debug: () => Promise<void> };
  // The SDK's debug lines carry plaintext secrets over the event log; without them a run is a tenth faster besides.
  log.debug = () => Promise.resolve();
  const { LanguageServer } = load("@pulumi/pulumi/automation/server") as {
    LanguageServer: new (program: Program) => LanguageHost;
  };
  const host = new LanguageServer(program);
  return {
    run: (call, callback) => host.run(call, callback),
    getPluginInfo: (call, callback) => host.getPluginInfo(call, callback),
    getRequiredPlugins: (call, callback) => host.getRequiredPlugins(call, callback),
  };
}

/** Resolves @pulumi/pulumi from the program's folder, else ours. */
export function sdkRequire(programDir: string): NodeJS.Require {
  const fromProgram = createRequire(join(programDir, "index.js"));
  try {
    fromProgram.resolve("@pulumi/pulumi");
    return fromProgram;
  } catch {
    return require;
  }
}
