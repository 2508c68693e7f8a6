/**
 * HTTP to one Docker socket. On node:http and not on a client library, because three things have to be exact: closing stdin
 * of a hijacked connection must half-close it, data must stream with backpressure, and a start of the program must not pay
 * for loading a library (0.15 s measured) before its first call.
 */
import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import type { Socket } from "node:net";
import { pipeline, type Readable } from "node:stream";
import { DrayageError } from "../../spec/drayage-error";
import { chooseApiVersion } from "./api-version";
import { type DockerFailure, dockerError } from "./docker-errors";

export interface DockerCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Without the version prefix: `/containers/json`. */
  readonly path: string;
  /** Undefined values are left out; objects are sent as JSON. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a tar. */
  readonly upload?: Buffer | Readable;
  readonly headers?: Readonly<Record<string, string>>;
  /** For messages: `inspect container db`. */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
}

export interface EngineVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly Arch: string;
  readonly Os: string;
  readonly KernelVersion: string;
}

export interface DockerHttp {
  readonly host: string;
  /** One call per engine; later calls get the same promise unless it failed. */
  version(): Promise<EngineVersion>;
  json<T>(call: DockerCall): Promise<T>;
  /** As `json`; 404 is undefined. */
  find<T>(call: DockerCall): Promise<T | undefined>;
  /** For calls whose answer is empty. Statuses in `fine` count as done. */
  done(call: DockerCall, fine?: readonly number[]): Promise<void>;
  /** Resolves when the headers are there; the body streams, on a socket of its own. */
  stream(call: DockerCall): Promise<IncomingMessage>;
  /** Upgrades to a raw socket; `end()` on it closes only our direction. */
  hijack(call: DockerCall): Promise<Socket>;
}

export function dockerHttp(host: string, socketPath: string): DockerHttp {
  // An idle socket is dropped soon, so that a mutating call practically never meets one that the other side closed. Reads
  // share a few sockets, because where each is an ssh session the host allows ten; calls that last have sockets of their own.
  const reads = new Agent({ keepAlive: true, timeout: 1500, maxSockets: 6 });
  const changes = new Agent({ keepAlive: true, timeout: 1500 });
  let known: Promise<EngineVersion> | undefined;

  const version = (): Promise<EngineVersion> => {
    const call: DockerCall = { method: "GET", path: "/version", action: "read version" };
    known ??= send(call, "").then(async (answer) => parsed<EngineVersion>(host, call, await accepted(host, call, answer)));
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  const prefix = async (): Promise<string> => `/v${chooseApiVersion(await version(), host)}`;

  const send = async (call: DockerCall, versionPrefix?: string, lasting = false): Promise<IncomingMessage> => {
    const path = (versionPrefix ?? (await prefix())) + pathOf(call);
    const agent = lasting ? false : call.method === "GET" ? reads : changes;
    const attempt = () => exchange(host, { ...optionsOf(call), socketPath, path, agent }, call);
    try {
      return await attempt();
    } catch (error) {
      // Only reads are ever repeated, and only when a kept-alive socket turned out to be closed.
      if (call.method === "GET" && error instanceof StaleSocket) return attempt();
      throw error instanceof StaleSocket ? error.failure : error;
    }
  };

  return {
    host,
    version,
    json: async <T>(call: DockerCall) => parsed<T>(host, call, await accepted(host, call, await send(call))),
    find: async <T>(call: DockerCall) => {
      const answer = await send(call);
      if (answer.statusCode === 404) {
        answer.resume();
        return undefined;
      }
      return parsed<T>(host, call, await accepted(host, call, answer));
    },
    done: async (call, fine = []) => {
      const answer = await send(call);
      if (!fine.includes(answer.statusCode ?? 0)) await accepted(host, call, answer);
      await bodyOf(host, call, answer);
    },
    stream: async (call) => accepted(host, call, await send(call, undefined, true)),
    hijack: async (call) => hijacked(host, { ...optionsOf(call), socketPath, path: (await prefix()) + pathOf(call) }, call),
  };
}

/** All bytes of a body. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** `library/web:1` as part of a path: slashes stay, everything else is encoded. */
export const encodePath = (name: string): string => name.split("/").map(encodeURIComponent).join("/");

export function failureOf(host: string, action: string, error: unknown, signal?: AbortSignal): DrayageError {
  if (error instanceof DrayageError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // A body that is cut by our own signal reports a plain reset.
  if (code === "ABORT_ERR" || signal?.aborted)
    return new DrayageError("CANCELLED", "cancelled", { subject: `${action} on ${host}` });
  return dockerError({ host, action, systemCode: code ?? "ECONNRESET", message });
}

class StaleSocket extends Error {
  constructor(readonly failure: DrayageError) {
    super(failure.message);
  }
}

async function accepted(host: string, call: DockerCall, answer: IncomingMessage): Promise<IncomingMessage> {
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) return answer;
  throw dockerError(await refusal(host, call.action, answer));
}

async function refusal(host: string, action: string, answer: IncomingMessage): Promise<DockerFailure> {
  const text = (await bytesOf(answer)).toString();
  return { host, action, status: answer.statusCode, message: messageIn(text) || "no reason given" };
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message.trim() : text.trim();
  } catch {
    return text.trim();
  }
}

async function bodyOf(host: string, call: DockerCall, answer: IncomingMessage): Promise<Buffer> {
  try {
    return await bytesOf(answer);
  } catch (error) {
    throw failureOf(host, call.action, error, call.signal);
  }
}

async function parsed<T>(host: string, call: DockerCall, answer: IncomingMessage): Promise<T> {
  const bytes = await bodyOf(host, call, answer);
  return (bytes.length === 0 ? undefined : JSON.parse(bytes.toString())) as T;
}

function exchange(host: string, options: RequestOptions, call: DockerCall): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, resolve);
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const failure = failureOf(host, call.action, error);
      const stale = outgoing.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(stale ? new StaleSocket(failure) : failure);
    });
    if (call.upload !== undefined && !Buffer.isBuffer(call.upload)) {
      call.upload.once("error", reject);
      pipeline(call.upload, outgoing, () => undefined);
    } else outgoing.end(call.upload ?? jsonOf(call));
  });
}

function hijacked(host: string, options: RequestOptions, call: DockerCall): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers = { ...options.headers, Connection: "Upgrade", Upgrade: "tcp" };
    const outgoing = request({ ...options, headers, agent: false });
    outgoing.on("upgrade", (_answer, socket: Socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    outgoing.on("response", (answer) => {
      refusal(host, call.action, answer).then((failure) => reject(dockerError(failure)), reject);
    });
    outgoing.on("error", (error) => reject(failureOf(host, call.action, error)));
    outgoing.end(jsonOf(call));
  });
}

function optionsOf(call: DockerCall): RequestOptions {
  const body = jsonOf(call);
  const length = Buffer.isBuffer(call.upload) ? call.upload.length : body === undefined ? undefined : Buffer.byteLength(body);
  const type = call.upload !== undefined ? "application/x-tar" : body === undefined ? undefined : "application/json";
  return {
    method: call.method,
    headers: {
      Host: "docker",
      ...(type === undefined ? {} : { "Content-Type": type }),
      ...(length === undefined ? {} : { "Content-Length": length }),
      ...call.headers,
    },
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  };
}

const jsonOf = (call: DockerCall): string | undefined => (call.body === undefined ? undefined : JSON.stringify(call.body));

function pathOf(call: DockerCall): string {
  const query = Object.entries(call.query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(typeof value === "object" ? JSON.stringify(value) : String(value))}`);
  return query.length === 0 ? call.path : `${call.path}?${query.join("&")}`;
}
