/** The requests of a push, as the distribution specification has them. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { BlobWriter, LayerCache } from "./layer-cache";
import type { PushedManifests } from "./pushed-manifests";

export interface RegistryState {
  readonly cache: LayerCache;
  readonly manifests: PushedManifests;
  /** Bytes of blobs received. */
  received: number;
  /** Expected pushes; with none, everything but a question is refused. */
  open: number;
  awaits(diffId: string): boolean;
}

interface Exchange {
  readonly state: RegistryState;
  readonly uploads: Map<string, BlobWriter>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What the path named: digest, upload or manifest reference. */
  readonly name: string;
}

type Handler = (exchange: Exchange) => Promise<void>;

const MAX_MANIFEST = 4 * 1024 * 1024;

export function registryHandler(state: RegistryState): RequestListener {
  const uploads = new Map<string, BlobWriter>();
  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://registry");
    const [handler, name] = route(request.method ?? "GET", url.pathname);
    handler({ state, uploads, request, response, url, name }).catch((error: NodeJS.ErrnoException) => {
      if (!response.headersSent) refuse(response, error.code === "ENOSPC" ? 507 : 500, "UNKNOWN", error.message);
      else response.destroy();
    });
  };
}

const routes: readonly [method: string, path: RegExp, handler: Handler][] = [
  ["GET", /^\/v2\/$/, hello],
  ["HEAD", /^\/v2\/.+\/blobs\/(sha256:[0-9a-f]{64})$/, headBlob],
  ["POST", /^\/v2\/.+\/blobs\/uploads\/?$/, startUpload],
  ["PATCH", /^\/v2\/.+\/blobs\/uploads\/([0-9a-f]+)$/, appendUpload],
  ["PUT", /^\/v2\/.+\/blobs\/uploads\/([0-9a-f]+)$/, finishUpload],
  ["DELETE", /^\/v2\/.+\/blobs\/uploads\/([0-9a-f]+)$/, cancelUpload],
  ["PUT", /^\/v2\/.+\/manifests\/([\w.:-]+)$/, putManifest],
];

function route(method: string, path: string): [Handler, string] {
  for (const [verb, pattern, handler] of routes) {
    const match = verb === method ? pattern.exec(path) : null;
    if (match !== null) return [handler, match[1] ?? ""];
  }
  return [async ({ response }) => refuse(response, 404, "NOT_FOUND", "not here"), ""];
}

async function hello({ response }: Exchange): Promise<void> {
  answer(response, 200, { "Content-Type": "application/json" }, "{}");
}

/** A layer nobody waits for is "here" as soon as we know its size: the manifest will name it, and that is all we need of it. */
async function headBlob({ state, response, name }: Exchange): Promise<void> {
  const layer = await state.cache.layerByDigest(name);
  const unwanted = layer !== undefined && !state.awaits(layer.diffId);
  const size = unwanted ? layer.size : await state.cache.size(name);
  if (size === undefined) return refuse(response, 404, "BLOB_UNKNOWN", name);
  answer(response, 200, { "Content-Length": String(size), "Docker-Content-Digest": name });
}

async function startUpload(exchange: Exchange): Promise<void> {
  const { state, uploads, response, url } = exchange;
  if (state.open === 0) return refuse(response, 403, "DENIED", "no push is expected");
  const id = randomBytes(16).toString("hex");
  uploads.set(id, await state.cache.write());
  uploadAnswer(response, 202, `${url.pathname.replace(/\/$/, "")}/${id}`, id, 0);
}

async function appendUpload({ state, uploads, request, response, url, name }: Exchange): Promise<void> {
  const upload = uploads.get(name);
  if (upload === undefined) return refuse(response, 404, "BLOB_UPLOAD_UNKNOWN", name);
  await receive(state, upload, request);
  uploadAnswer(response, 202, url.pathname, name, upload.written);
}

async function finishUpload({ state, uploads, request, response, url, name }: Exchange): Promise<void> {
  const upload = uploads.get(name);
  if (upload === undefined) return refuse(response, 404, "BLOB_UPLOAD_UNKNOWN", name);
  await receive(state, upload, request);
  uploads.delete(name);
  const digest = url.searchParams.get("digest") ?? "";
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || !(await upload.commit(digest))) {
    return refuse(response, 400, "DIGEST_INVALID", digest);
  }
  answer(response, 201, { Location: `${url.pathname.replace(/uploads\/.*$/, "")}${digest}`, "Docker-Content-Digest": digest });
}

async function cancelUpload({ uploads, response, name }: Exchange): Promise<void> {
  await uploads.get(name)?.abort();
  uploads.delete(name);
  answer(response, 204, {});
}

async function putManifest({ state, request, response, name }: Exchange): Promise<void> {
  if (state.open === 0) return refuse(response, 403, "DENIED", "no push is expected");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_MANIFEST) return refuse(response, 413, "SIZE_INVALID", "manifest too large");
    chunks.push(chunk as Buffer);
  }
  const digest = await state.manifests.put(name, Buffer.concat(chunks));
  answer(response, 201, { Location: request.url ?? "/", "Docker-Content-Digest": digest });
}

async function receive(state: RegistryState, upload: BlobWriter, request: IncomingMessage): Promise<void> {
  for await (const chunk of request) {
    await upload.append(chunk as Buffer);
    state.received += (chunk as Buffer).length;
  }
}

function uploadAnswer(response: ServerResponse, status: number, location: string, id: string, written: number): void {
  answer(response, status, { Location: location, "Docker-Upload-UUID": id, Range: `0-${Math.max(0, written - 1)}` });
}

function answer(response: ServerResponse, status: number, headers: Record<string, string>, body = ""): void {
  const length = headers["Content-Length"] ?? String(Buffer.byteLength(body));
  response.writeHead(status, { "Docker-Distribution-Api-Version": "registry/2.0", ...headers, "Content-Length": length });
  response.end(body);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  answer(response, status, { "Content-Type": "application/json" }, body);
}
