/** Which command on the operator's machine can drive BuildKit: buildx where it is installed, else a docker older than 23, which has it built in. */
import { execFile } from "node:child_process";
import type { BuildTools } from "./build-request";

export interface BuildClient {
  readonly kind: "buildx" | "built-in";
  readonly command: string;
}

const DEADLINE_MS = 10_000;
/** From 23 on, `docker build` with BuildKit is buildx. */
const FIRST_WITHOUT = 23;

export async function findBuildClient(tools: BuildTools, signal?: AbortSignal): Promise<BuildClient | undefined> {
  const found = await Promise.all(tools.clients.map((command) => examine(command, tools, signal)));
  return found.find((client) => client?.kind === "buildx") ?? found.find((client) => client !== undefined);
}

async function examine(command: string, tools: BuildTools, signal?: AbortSignal): Promise<BuildClient | undefined> {
  const [buildx, version] = await Promise.all([
    output(command, ["buildx", "version"], tools, signal),
    output(command, ["--version"], tools, signal),
  ]);
  if (buildx !== undefined && /buildx/.test(buildx)) return { kind: "buildx", command };
  const major = Number(/version (\d+)\./.exec(version ?? "")?.[1]);
  return major >= 18 && major < FIRST_WITHOUT ? { kind: "built-in", command } : undefined;
}

/** Undefined when the command is missing or fails. */
function output(command: string, args: readonly string[], tools: BuildTools, signal?: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { env: tools.environment, timeout: DEADLINE_MS, ...(signal === undefined ? {} : { signal }) };
    execFile(command, [...args], options, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}
