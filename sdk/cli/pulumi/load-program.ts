/** Loads the user's TypeScript program into this process, each time anew: a preview and an up are two runs of it. */
import { createRequire } from "node:module";
import { DrayageError } from "../../spec/drayage-error";
import { type FoundProgram, findProgram } from "./find-program";
import { installModuleHook } from "./module-hook";

export interface LoadedProgram extends FoundProgram {
  /** Runs the program in its working directory; yields the stack's outputs. */
  readonly run: () => Promise<unknown>;
}

export function loadProgram(dir: string): LoadedProgram {
  const found = findProgram(dir);
  return { ...found, run: () => runProgram(found) };
}

async function runProgram({ main, programDir, workDir }: FoundProgram): Promise<unknown> {
  const hook = installModuleHook({ root: workDir, sdkFrom: programDir });
  process.chdir(programDir);
  try {
    const exported: unknown = createRequire(main)(main);
    return await outputsOf(exported);
  } catch (error) {
    throw asModuleError(error, main);
  } finally {
    hook.remove();
  }
}

/** As Pulumi's own host: a function is called, a promise awaited, else the exports are the outputs. */
async function outputsOf(exported: unknown): Promise<unknown> {
  const value = await exported;
  if (typeof value === "function") return (value as () => unknown)();
  if (typeof value !== "object" || value === null) return value;
  const { default: main, ...outputs } = value as { default?: unknown };
  if (typeof main !== "function") return main === undefined ? outputs : value;
  return { ...outputs, ...((await (main as () => unknown)()) as object | undefined) };
}

/** What our CommonJS loader cannot do is said as such, not as a syntax error in a file that is right. */
function asModuleError(error: unknown, main: string): unknown {
  const message = error instanceof Error ? error.message : "";
  const esm =
    /import\.meta|in ES module scope|await is only valid|ERR_REQUIRE_ESM|ERR_REQUIRE_ASYNC_MODULE|require\(\) of ES Module/;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (!esm.test(message) && !esm.test(code)) return error;
  return new DrayageError("NOT_SUPPORTED", `uses what only ES modules can: ${message.split("\n")[0]}`, {
    subject: main,
    hint: "`dray` loads programs as CommonJS: export an async function instead of awaiting at the top, use __dirname instead of import.meta.",
    cause: error,
  });
}
