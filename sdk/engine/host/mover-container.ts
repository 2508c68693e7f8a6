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
  /** A file or folder of the host that must exist. Default read-only. */
  readonly files?: readonly { readonly source: string; readonly path: string; readonly writable?: boolean }[];
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
  /** Ends stdin and yields when the mover has ended, and with it its hold on what it had mounted. One that does not end is removed. */
  end(): Promise<void>;
  /** The same, and its container is gone: nothing refers to its volumes any more. */
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
    return sessionOf(docker, id, attached);
  } catch (error) {
    await docker.removeContainer(id, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Runs the mover to its end. A failing exit code is the caller's to judge. */
export async function runMover(docker: DockerEngine, run: MoverRun, stdin?: Buffer): Promise<Exit> {
  return withMoverImage(docker, run, (image) => docker.runOnce(uniqueName(run), moverBody(image, run), stdin));
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
    await withMoverImage(docker, run, (image) =>
      docker.createContainer(name, moverBody(image, run, { keep: true, kind: "reader" })),
    );
  } catch (error) {
    if (!(error instanceof DrayageError && error.code === "NAME_TAKEN")) throw error;
  }
}

function sessionOf(docker: DockerEngine, id: string, attached: Attached): MoverSession {
  let ended: Promise<void> | undefined;
  let gone: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= untilEnded(attached).then((itself) => {
      const removed = docker.removeContainer(id, { force: true }).catch(() => undefined);
      gone = removed;
      return itself ? undefined : removed;
    });
    return ended;
  };
  return { id, attached, end, close: () => end().then(() => gone) };
}

/** Its output ends with its process. False: it did not end by itself in time. */
async function untilEnded(attached: Attached): Promise<boolean> {
  let itself = true;
  const late = setTimeout(() => {
    itself = false;
    attached.close();
  }, closeTimeoutMs);
  attached.stdin.end();
  // A pipe whose far end goes first would stop the stream on its way to its own end.
  for (const stream of [attached.stdout, attached.stderr]) stream.unpipe().resume();
  await finished(attached.stdout).catch(() => {
    itself = false;
  });
  clearTimeout(late);
  attached.close();
  return itself;
}

async function create(docker: DockerEngine, run: MoverRun, stdin: Partial<ContainerBody>): Promise<string> {
  return withMoverImage(docker, run, (image) => docker.createContainer(uniqueName(run), { ...moverBody(image, run), ...stdin }));
}

/** `docker image prune -a` may take the image between its check and its use. */
export async function withMoverImage<T>(
  docker: DockerEngine,
  run: Pick<MoverRun, "moverDir">,
  use: (image: string) => Promise<T>,
): Promise<T> {
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
  const files = (run.files ?? []).map(({ source, path, writable }) => ({
    Type: "bind" as const,
    Source: source,
    Target: path,
    ReadOnly: writable !== true,
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
      // Under its profile a process may look at none but those of the same profile, and would take the others for ended.
      SecurityOpt: ["no-new-privileges", ...(run.pid === "host" ? ["apparmor=unconfined"] : [])],
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
