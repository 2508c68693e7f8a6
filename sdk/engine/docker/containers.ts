/** Calls on containers, their logs and their files. */
import type { ContainerInspect, ContainerSummary, DockerEngine } from "./docker-engine";
import { dockerStatus } from "./docker-errors";
import { bytesOf, type DockerHttp, encodePath, failureOf } from "./docker-http";
import { outputStreams } from "./output-streams";

type ContainerCalls = Pick<
  DockerEngine,
  | "listContainers"
  | "inspectContainer"
  | "createContainer"
  | "startContainer"
  | "stopContainer"
  | "killContainer"
  | "pauseContainer"
  | "unpauseContainer"
  | "restartContainer"
  | "removeContainer"
  | "renameContainer"
  | "setRestartPolicy"
  | "updateLimits"
  | "waitContainer"
  | "tailLogs"
  | "followLogs"
  | "getArchive"
  | "putArchive"
>;

const notModified = 304;
const notFound = 404;
const conflict = 409;

export function containerCalls(http: DockerHttp): ContainerCalls {
  const at = (id: string, rest = ""): string => `/containers/${encodePath(id)}${rest}`;
  const inspect = (id: string) =>
    http.find<ContainerInspect>({ method: "GET", path: at(id, "/json"), action: `inspect container ${id}` });
  const post = (id: string, verb: string, query: Record<string, unknown> = {}, fine: number[] = []) =>
    http.done({ method: "POST", path: at(id, `/${verb}`), query, action: `${verb} container ${id}` }, fine);
  const readLogs = async (id: string, query: Record<string, unknown>, signal?: AbortSignal) => {
    const action = `read logs of container ${id}`;
    const path = at(id, "/logs");
    const [container, body] = await Promise.all([
      inspect(id),
      http.stream({ method: "GET", path, query: { stdout: 1, stderr: 1, ...query }, action, signal }),
    ]);
    return { body, raw: container?.Config.Tty ?? false, failure: (error: Error) => failureOf(http.host, action, error, signal) };
  };

  return {
    listContainers: (filters) =>
      http.json<ContainerSummary[]>({
        method: "GET",
        path: "/containers/json",
        query: { all: 1, filters },
        action: "list containers",
      }),
    inspectContainer: inspect,
    createContainer: async (name, body, platform) => {
      const query = { name, platform };
      const { Id } = await http.json<{ Id: string }>({
        method: "POST",
        path: "/containers/create",
        query,
        body,
        action: `create container ${name}`,
      });
      return Id;
    },
    startContainer: (id) => post(id, "start", {}, [notModified]),
    stopContainer: (id, graceSeconds) => post(id, "stop", { t: graceSeconds }, [notModified]),
    killContainer: (id, signal) => post(id, "kill", { signal }),
    pauseContainer: async (id) => {
      if (!(await inspect(id))?.State.Paused) await post(id, "pause");
    },
    unpauseContainer: async (id) => {
      if ((await inspect(id))?.State.Paused) await post(id, "unpause");
    },
    restartContainer: (id, graceSeconds) => post(id, "restart", { t: graceSeconds }),
    removeContainer: async (id, options = {}) => {
      const call = {
        method: "DELETE",
        path: at(id),
        query: { force: options.force ?? false, v: false },
        action: `remove container ${id}`,
      } as const;
      try {
        await http.done(call, [notFound]);
      } catch (error) {
        // Somebody else removes it right now: done means that it is gone.
        const underway =
          dockerStatus(error) === conflict && /removal .* already in progress/i.test(String((error as Error).message));
        if (!underway) throw error;
        await post(id, "wait", { condition: "removed" }, [notFound]);
      }
    },
    renameContainer: (id, name) => post(id, "rename", { name }),
    setRestartPolicy: (id, policy) =>
      http.done({
        method: "POST",
        path: at(id, "/update"),
        body: { RestartPolicy: policy },
        action: `set restart policy of container ${id}`,
      }),
    updateLimits: (id, { memoryBytes, nanoCpus }) =>
      http.done({
        method: "POST",
        path: at(id, "/update"),
        // Swap is twice the memory, as at create: Docker refuses a memory limit above the old swap limit.
        body: { Memory: memoryBytes, MemorySwap: memoryBytes && memoryBytes * 2, NanoCpus: nanoCpus },
        action: `set limits of container ${id}`,
      }),
    waitContainer: async (id) => {
      const call = {
        method: "POST",
        path: at(id, "/wait"),
        query: { condition: "not-running" },
        action: `wait for container ${id}`,
      } as const;
      return (JSON.parse((await bytesOf(await http.stream(call))).toString()) as { StatusCode: number }).StatusCode;
    },

    tailLogs: async (id, lines) => {
      const { body, ...options } = await readLogs(id, { tail: lines });
      return (await bytesOf(outputStreams(body, { ...options, merge: true }).stdout)).toString();
    },
    followLogs: async (id, { tail, since, follow, timestamps }, signal) => {
      const { body, ...options } = await readLogs(id, { tail, since, follow, timestamps }, signal);
      return outputStreams(body, options);
    },

    getArchive: async (id, path) => {
      try {
        return await http.stream({
          method: "GET",
          path: at(id, "/archive"),
          query: { path },
          action: `read ${path} of container ${id}`,
        });
      } catch (error) {
        // Only a missing path is "nothing there"; a missing container says nothing about what its path would hold.
        if (dockerStatus(error) === notFound && !/no such container/i.test(String((error as Error).message))) return undefined;
        throw error;
      }
    },
    putArchive: (id, path, tar, options = {}) =>
      http.done({
        method: "PUT",
        path: at(id, "/archive"),
        query: { path, noOverwriteDirNonDir: true, copyUIDGID: options.copyUidGid ? 1 : undefined },
        upload: tar,
        action: `write ${path} of container ${id}`,
      }),
  };
}
