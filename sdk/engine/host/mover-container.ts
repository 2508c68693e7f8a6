/** The one place that knows how containers of the mover are made: no network, no privileges, gone when their work or their operator ends. */
import { randomBytes } from "node:crypto";
import { finished } from "node:stream/promises";
import { DrayageError } from "../../spec/drayage-error";
import type { Attached, ContainerBody, DockerEngine, Exit } from "../docker/docker-engine";
import { label } from "../labels";
import { ensureMover } from "./helper-image";

export interface MoverRun {
  /** The subcommand and its arguments. Never a secret: they are visible in inspect. */
  readonly args: readonly string[];
  /** First part of the container's name. Default `drayage-mover`. */
  readonly name?: string;
  /** `/host/path:/path[:ro]`; Docker makes a missing host directory. */
  readonly binds?: readonly string[];
  /** Docker's name of a volume → where it is mounted. Default read-only. */
  readonly volumes?: readonly { readonly name: string; readonly path: string; readonly writable?: boolean }[];
  /** A host file that must exist, read-only. */
  readonly files?: readonly { readonly source: string; readonly path: string }[];
  /** Beyond none. `data` is what carrying foreign files with all their attributes takes. */
  readonly capabilities?: readonly string[];
  /** Network id or name, or `container:<id>`. Default none. */
  readonly network?: string;
  /** Default: a process namespace of its own. `host` to see the host's processes. */
  readonly pid?: "host";
  readonly moverDir?: string | undefined;
}

/** Reads everything, changes nothing. */
export const readingCapabilities: readonly string[] = ["DAC_READ_SEARCH"];
/** Writes names, owners, modes, devices and file capabilities as they were. */
export const writingCapabilities: readonly string[] = [
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "CHOWN",
  "FOWNER",
  "FSETID",
  "MKNOD",
  "SETFCAP",
];

export interface MoverSession {
  readonly id: string;
  readonly attached: Attached;
  /** Ends stdin and yields when the mover has ended; one that does not is removed. */
  close(): Promise<void>;
}

/** A mover that was told to end is done with it in milliseconds. */
const closeTimeoutMs = 10_000;

/** A mover with stdin held by this process: it sees the end of stdin when this process dies, however it dies. */
export async function attachMover(docker: DockerEngine, run: MoverRun): Promise<MoverSession> {
  const id = await create(docker, run, { OpenStdin: true, StdinOnce: true, AttachStdin: true });
  try {
    const attached = await docker.attach(id, { stdin: true });
    await docker.startContainer(id);
    return { id, attached, close: () => end(docker, id, attached) };
  } catch (error) {
    await docker.removeContainer(id, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Runs the mover to its end. A failing exit code is the caller's to judge. */
export async function runMover(docker: DockerEngine, run: MoverRun, stdin?: Buffer): Promise<Exit> {
  return withImage(docker, run, (image) => docker.runOnce(uniqueName(run), moverBody(image, run), stdin));
}

/** A container that is never started: a path by which the archive API reads a host directory. */
export async function createReader(
  docker: DockerEngine,
  name: string,
  binds: readonly string[],
  moverDir?: string,
): Promise<void> {
  const run: MoverRun = { args: ["version"], binds, moverDir };
  try {
    await withImage(docker, run, (image) => docker.createContainer(name, moverBody(image, run, { keep: true, kind: "reader" })));
  } catch (error) {
    if (!(error instanceof DrayageError && error.code === "NAME_TAKEN")) throw error;
  }
}

async function end(docker: DockerEngine, id: string, attached: Attached): Promise<void> {
  const late = setTimeout(() => attached.close(), closeTimeoutMs);
  attached.stdin.end();
  // A pipe whose far end goes first would stop the stream on its way to its own end.
  for (const stream of [attached.stdout, attached.stderr]) stream.unpipe().resume();
  await finished(attached.stdout).catch(() => undefined);
  clearTimeout(late);
  attached.close();
  await docker.removeContainer(id, { force: true }).catch(() => undefined);
}

async function create(docker: DockerEngine, run: MoverRun, stdin: Partial<ContainerBody>): Promise<string> {
  return withImage(docker, run, (image) => docker.createContainer(uniqueName(run), { ...moverBody(image, run), ...stdin }));
}

/** `docker image prune -a` may take the image between its check and its use. */
async function withImage<T>(docker: DockerEngine, run: MoverRun, use: (image: string) => Promise<T>): Promise<T> {
  const image = await ensureMover(docker, run.moverDir);
  try {
    return await use(image);
  } catch (error) {
    if (!(error instanceof DrayageError && error.code === "IMAGE_NOT_FOUND")) throw error;
    return use(await ensureMover(docker, run.moverDir));
  }
}

function moverBody(image: string, run: MoverRun, options: { keep?: boolean; kind?: string } = {}): ContainerBody {
  const volumes = (run.volumes ?? []).map(({ name, path, writable }) => ({
    Type: "volume" as const,
    Source: name,
    Target: path,
    ReadOnly: writable !== true,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "", Options: {} } },
  }));
  const files = (run.files ?? []).map(({ source, path }) => ({
    Type: "bind" as const,
    Source: source,
    Target: path,
    ReadOnly: true,
  }));
  return {
    Image: image,
    Cmd: [...run.args],
    User: "0:0",
    Labels: { [label.kind]: options.kind ?? "helper" },
    HostConfig: {
      AutoRemove: options.keep !== true,
      NetworkMode: run.network ?? "none",
      ...(run.pid && { PidMode: run.pid }),
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: [...(run.capabilities ?? [])],
      SecurityOpt: ["no-new-privileges"],
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "none", Config: {} },
      Binds: [...(run.binds ?? [])],
      Mounts: [...volumes, ...files],
    },
  };
}

function uniqueName(run: MoverRun): string {
  return `${run.name ?? "drayage-mover"}-${randomBytes(4).toString("hex")}`;
}
