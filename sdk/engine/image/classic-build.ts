/** A build by the engine's own classic builder, for operators without any docker command that can drive BuildKit. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { DrayageError } from "../../spec/drayage-error";
import { label } from "../labels";
import { buildFailed } from "./build-failure";
import { type BuildLog, createBuildLog } from "./build-log";
import { type BuildContext, type BuildRequest, builtTag } from "./build-request";

interface BuildLine {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly aux?: { readonly ID?: string };
}

/** @returns the id of the built image. @throws BUILD_FAILED CANCELLED NOT_SUPPORTED */
export async function buildClassically(request: BuildRequest): Promise<string> {
  const subject = `image ${request.name} on ${request.builder.name}`;
  if (Object.keys(request.secrets).length > 0) {
    throw new DrayageError("NOT_SUPPORTED", "build secrets need BuildKit, and no docker command on this machine can drive it", {
      subject,
      hint: "Install docker buildx on this machine (package docker-buildx-plugin or docker-buildx).",
    });
  }
  const log = createBuildLog();
  const id = await readLines(request, await send(request, await request.openContext()), log).catch((error: unknown) => {
    throw request.signal.aborted ? buildFailed(request, log) : error;
  });
  if (id === undefined) throw buildFailed(request, log);
  return id;
}

async function readLines(request: BuildRequest, answer: IncomingMessage, log: BuildLog): Promise<string | undefined> {
  let id: string | undefined;
  let failed = (answer.statusCode ?? 500) >= 400;
  for await (const text of createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = parsed(text);
    id = line.aux?.ID ?? id;
    failed ||= line.error !== undefined;
    const before = log.step;
    for (const said of (line.error ?? line.stream ?? "").split("\n")) log.add(said);
    if (log.step !== undefined && log.step !== before) request.progress({ text: log.step });
  }
  return failed ? undefined : id;
}

function send(request: BuildRequest, { tar, dockerfile }: BuildContext): Promise<IncomingMessage> {
  const { builder, name, contentHash, args, target, platform, network, signal } = request;
  const query = new URLSearchParams({
    t: builtTag(name, contentHash),
    dockerfile,
    rm: "1",
    forcerm: "1",
    labels: JSON.stringify({ [label.contentHash]: contentHash }),
    buildargs: JSON.stringify(args),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(network === undefined ? {} : { networkmode: network }),
  });
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        socketPath: builder.connection.socketPath,
        method: "POST",
        path: `/build?${query}`,
        headers: { Host: "docker", "Content-Type": "application/x-tar" },
        signal,
      },
      resolve,
    );
    outgoing.on("error", reject);
    pipeline(tar, outgoing).catch(reject);
  });
}

function parsed(text: string): BuildLine {
  try {
    const value = JSON.parse(text) as BuildLine & { message?: string };
    return value.message === undefined ? value : { error: value.message };
  } catch {
    return { stream: text };
  }
}
