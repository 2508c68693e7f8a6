/** A build by BuildKit, driven by a docker command over the builder's forwarded socket. No value of a secret is ever an argument. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { label } from "../labels";
import type { BuildClient } from "./build-client";
import { buildFailed } from "./build-failure";
import { type BuildLog, createBuildLog } from "./build-log";
import { type BuildRequest, type BuildTools, builtTag } from "./build-request";

/** @returns the id of the built image. @throws BUILD_FAILED CANCELLED */
export async function buildWithBuildKit(request: BuildRequest, client: BuildClient, tools: BuildTools): Promise<string> {
  await mkdir(tools.privateFolder, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(tools.privateFolder, "build-"));
  try {
    const secrets = await writeSecrets(request, folder);
    const idFile = join(folder, "image-id");
    const { tar, dockerfile } = await request.openContext();
    const args = [...buildArguments(request, client), `--file=${dockerfile}`, `--iidfile=${idFile}`, ...secrets, "-"];
    await run(request, { command: client.command, args, tar }, tools);
    return (await readFile(idFile, "utf8")).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function buildArguments(request: BuildRequest, client: BuildClient): string[] {
  const { name, contentHash, args, target, platform, network } = request;
  return [
    // `default` is the engine that DOCKER_HOST names; a builder that the user selected would build elsewhere.
    ...(client.kind === "buildx" ? ["buildx", "build", "--builder=default", "--load"] : ["build"]),
    ...["--progress=plain", `--tag=${builtTag(name, contentHash)}`, `--label=${label.contentHash}=${contentHash}`],
    ...Object.entries(args).map(([key, value]) => `--build-arg=${key}=${value}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...(network === undefined ? [] : [`--network=${network}`]),
  ];
}

async function writeSecrets({ secrets }: BuildRequest, folder: string): Promise<string[]> {
  return Promise.all(
    Object.entries(secrets).map(async ([id, value], index) => {
      const path = join(folder, `secret-${index}`);
      await writeFile(path, value, { mode: 0o600 });
      return `--secret=id=${id},src=${path}`;
    }),
  );
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly tar: Readable;
}

async function run(request: BuildRequest, { command, args, tar }: Command, tools: BuildTools): Promise<void> {
  const log = createBuildLog(Object.values(request.secrets));
  const child = spawn(command, args, { env: environmentFor(request, tools), stdio: ["pipe", "pipe", "pipe"] });
  const release = endWith(request.signal, child);
  const ended = exitOf(child);
  const told = [follow(child.stdout, log, request), follow(child.stderr, log, request)];
  // A build that fails before it has read its context closes the pipe: the exit says why, not the pipe. A context that cannot be
  // read must not look like a complete one.
  let contextError: Error | undefined;
  const sent = pipeline(tar, tolerant(child.stdin)).catch((error: Error) => {
    contextError = error;
    child.kill();
  });
  const exit = await ended;
  release();
  await Promise.all([sent, ...told]);
  if (contextError !== undefined && !request.signal.aborted) throw contextError;
  if (exit !== 0) throw buildFailed(request, log);
}

const PATIENCE_MS = 2_000;

/** Asked first, so that the engine is told; a client that waits for its step is killed, and the engine sees that it has gone. */
function endWith(signal: AbortSignal, child: ChildProcess): () => void {
  let forced: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill("SIGTERM");
    forced = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return () => {
    signal.removeEventListener("abort", end);
    clearTimeout(forced);
  };
}

/** Swallows what is written after the reader has gone. */
function tolerant(stdin: Writable): Writable {
  let gone = false;
  stdin.on("error", () => {
    gone = true;
  });
  return new Writable({
    write: (chunk, _encoding, done) => (gone ? done() : stdin.write(chunk, () => done())),
    final: (done) => (gone ? done() : stdin.end(() => done())),
    destroy: (error, done) => {
      stdin.destroy();
      done(error);
    },
  });
}

function environmentFor({ builder }: BuildRequest, tools: BuildTools): Record<string, string> {
  const { DOCKER_CONTEXT: _context, DOCKER_TLS_VERIFY: _verify, ...environment } = tools.environment;
  return {
    ...environment,
    DOCKER_HOST: `unix://${builder.connection.socketPath}`,
    DOCKER_BUILDKIT: "1",
    BUILDKIT_PROGRESS: "plain",
    // Attestations would make an index of the image. As a variable, because a buildx older than them refuses the flag.
    BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
  };
}

function exitOf(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => resolve(code ?? undefined));
  });
}

async function follow(output: Readable, log: BuildLog, request: BuildRequest): Promise<void> {
  for await (const line of createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY })) {
    const before = log.step;
    log.add(line);
    if (log.step !== undefined && log.step !== before) request.progress({ text: log.step });
  }
}
