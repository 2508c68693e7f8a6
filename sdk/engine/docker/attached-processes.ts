/** Processes whose streams we hold: attach, exec, and containers that run once. */
import type { Socket } from "node:net";
import { Duplex, pipeline, type Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { DrayageError } from "../../spec/drayage-error";
import type { Attached, ContainerBody, DockerEngine, Exit } from "./docker-engine";
import { bytesOf, type DockerCall, type DockerHttp, encodePath, failureOf } from "./docker-http";
import { type OutputStreams, outputStreams } from "./output-streams";

type ProcessCalls = Pick<DockerEngine, "exec" | "execInteractive" | "attach" | "runOnce">;
type ContainerCalls = Pick<DockerEngine, "createContainer" | "startContainer" | "removeContainer">;

export function processCalls(http: DockerHttp, containers: ContainerCalls): ProcessCalls {
  const streamsOf = (socket: Socket, action: string, raw = false): OutputStreams =>
    outputStreams(socket, { raw, failure: (error) => failureOf(http.host, action, error) });

  const attach = async (id: string, options: { stdin?: boolean; tty?: boolean } = {}): Promise<Attached> => {
    const action = `attach to container ${id}`;
    const query = { stream: 1, stdout: 1, stderr: 1, stdin: options.stdin ? 1 : 0 };
    const socket = await http.hijack({ method: "POST", path: `/containers/${encodePath(id)}/attach`, query, action });
    const { stdout, stderr } = streamsOf(socket, action, options.tty);
    const close = (): void => {
      for (const stream of [stdout, stderr, socket]) stream.destroy();
    };
    return { stdin: socket, stdout, stderr, close };
  };

  const startExec = async (
    id: string,
    body: Record<string, unknown>,
    action: string,
  ): Promise<{ execId: string; socket: Socket }> => {
    const path = `/containers/${encodePath(id)}/exec`;
    const { Id: execId } = await http.json<{ Id: string }>({
      method: "POST",
      path,
      body: { ...body, AttachStdout: true, AttachStderr: true },
      action,
    });
    const start = {
      method: "POST",
      path: `/exec/${execId}/start`,
      body: { Detach: false, Tty: body.Tty ?? false },
      action,
    } as const;
    return { execId, socket: await http.hijack(start) };
  };

  /** The stream ends before the engine knows the exit code: a moment, and seconds where the engine is busy. */
  const exitCodeOf = async (execId: string, action: string): Promise<number> => {
    for (let attempt = 0; attempt < 500; attempt++) {
      const state = await http.json<{ Running: boolean; ExitCode: number | null }>({
        method: "GET",
        path: `/exec/${execId}/json`,
        action,
      });
      if (!state.Running && state.ExitCode !== null) return state.ExitCode;
      await delay(20);
    }
    throw new DrayageError("DOCKER_FAILED", "the command closed its output but did not end", {
      subject: `${action} on ${http.host}`,
    });
  };

  return {
    attach,
    exec: async (id, command, options = {}) => {
      const action = `run ${command[0] ?? ""} in container ${id}`;
      const body = { Cmd: command, User: options.user, Env: options.env, AttachStdin: options.stdin !== undefined, Tty: false };
      const { execId, socket } = await startExec(id, body, action);
      if (options.stdin !== undefined) socket.end(options.stdin);
      const collected = collect(streamsOf(socket, action));
      const output = await within(options.timeoutMs, collected, () => {
        socket.destroy();
        return new DrayageError("DOCKER_FAILED", `no end within ${options.timeoutMs} ms`, {
          subject: `${action} on ${http.host}`,
        });
      });
      return { ...output, exitCode: await exitCodeOf(execId, action) };
    },
    execInteractive: async (id, command, { tty, apart, user, workingDir, env }) => {
      const action = `run ${command[0] ?? ""} in container ${id}`;
      const body = { Cmd: command, User: user, Env: env, WorkingDir: workingDir, AttachStdin: true, Tty: tty };
      const { execId, socket } = await startExec(id, body, action);
      const merge = tty || apart !== true;
      const output = outputStreams(socket, { raw: tty, merge, failure: (error) => failureOf(http.host, action, error) });
      return {
        stream: Duplex.from({ readable: output.stdout, writable: socket }),
        stderr: output.stderr,
        resize: (size) => http.done({ method: "POST", path: `/exec/${execId}/resize`, query: size, action }),
        exitCode: () => exitCodeOf(execId, action),
      };
    },
    runOnce: async (name, body, stdin) => {
      const id = await containers.createContainer(name, runOnceBody(body, stdin !== undefined));
      const open: { destroy(): unknown }[] = [];
      try {
        const attached = await attach(id, { stdin: stdin !== undefined });
        open.push({ destroy: attached.close });
        // Asked before the start: a container that removes itself may be gone before a later question arrives.
        const path = `/containers/${id}/wait`;
        const wait: DockerCall = { method: "POST", path, query: { condition: "removed" }, action: `wait for container ${name}` };
        const removed = await http.stream(wait);
        open.push(removed);
        await containers.startContainer(id);
        if (stdin !== undefined) feed(stdin, attached.stdin);
        const output = await collect(attached);
        const ended = JSON.parse((await bytesOf(removed)).toString()) as { StatusCode: number };
        return { ...output, exitCode: ended.StatusCode };
      } catch (error) {
        await containers.removeContainer(id, { force: true }).catch(() => undefined);
        throw failureOf(http.host, `run container ${name}`, error);
      } finally {
        for (const stream of open) stream.destroy();
      }
    },
  };
}

/** Removes itself, so that a killed operator leaves nothing behind. */
function runOnceBody(body: ContainerBody, stdin: boolean): ContainerBody {
  return {
    ...body,
    AttachStdin: stdin,
    OpenStdin: stdin,
    StdinOnce: stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    HostConfig: { ...body.HostConfig, AutoRemove: true, RestartPolicy: { Name: "no" } },
  };
}

/** A process may end without reading all of its stdin; its exit code tells, not the broken pipe. */
function feed(stdin: Buffer | Readable, into: Duplex): void {
  if (Buffer.isBuffer(stdin)) into.end(stdin);
  else pipeline(stdin, into, () => undefined);
}

async function collect({ stdout, stderr }: OutputStreams): Promise<Omit<Exit, "exitCode">> {
  const [out, err] = await Promise.all([bytesOf(stdout), bytesOf(stderr)]);
  return { stdout: out, stderr: err };
}

async function within<T>(milliseconds: number | undefined, work: Promise<T>, late: () => Error): Promise<T> {
  if (milliseconds === undefined) return work;
  const stop = new AbortController();
  const deadline = delay(milliseconds, undefined, { signal: stop.signal }).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    stop.abort();
    deadline.catch(() => undefined);
    work.catch(() => undefined);
  }
}
