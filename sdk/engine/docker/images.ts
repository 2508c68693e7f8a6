/** Calls on images, and the transfers between engine, registry and us. */
import type Dockerode from "dockerode";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine, ImageInspect, RegistryCredentials } from "./docker-engine";
import { dockerError } from "./docker-errors";
import { type DockerCall, type DockerHttp, encodePath, failureOf } from "./docker-http";
import { readTransfer } from "./transfer-lines";

type ImageCalls = Pick<
  DockerEngine,
  | "inspectImage"
  | "listImages"
  | "pullImage"
  | "pushImage"
  | "digestInRegistry"
  | "loadImage"
  | "saveImage"
  | "tagImage"
  | "removeImage"
>;

export function imageCalls(http: DockerHttp): ImageCalls {
  const at = (ref: string, rest = ""): string => `/images/${encodePath(ref)}${rest}`;
  const transfer = async (call: DockerCall, progress: Parameters<typeof readTransfer>[2]): Promise<void> => {
    const failed = (message: string) => dockerError({ host: http.host, action: call.action, message });
    try {
      await readTransfer(await http.stream(call), failed, progress);
    } catch (error) {
      throw failureOf(http.host, call.action, error, call.signal);
    }
  };

  return {
    inspectImage: (ref) => http.find<ImageInspect>({ method: "GET", path: at(ref, "/json"), action: `inspect image ${ref}` }),
    listImages: (filters) =>
      http.json<Dockerode.ImageInfo[]>({ method: "GET", path: "/images/json", query: { filters }, action: "list images" }),
    pullImage: (ref, options = {}, progress, signal) => {
      const { repository, tag } = splitReference(ref);
      const query = { fromImage: repository, tag: tag ?? "latest", platform: options.platform };
      const headers = registryHeader(options.credentials);
      return transfer({ method: "POST", path: "/images/create", query, headers, action: `pull ${ref}`, signal }, progress);
    },
    pushImage: async (ref, credentials, progress = () => undefined, signal) => {
      const { repository, tag } = splitReference(ref);
      // The engine refuses a push without the header, also where no credentials are needed.
      const headers = { "X-Registry-Auth": encoded({}), ...registryHeader(credentials) };
      let digest: string | undefined;
      await transfer(
        { method: "POST", path: at(repository, "/push"), query: { tag }, headers, action: `push ${ref}`, signal },
        (line) => {
          digest = line.digest ?? digest;
          progress(line);
        },
      );
      return digest;
    },
    digestInRegistry: async (ref, credentials) => {
      const path = `/distribution/${encodePath(ref)}/json`;
      const headers = { "X-Registry-Auth": encoded({}), ...registryHeader(credentials) };
      const found = await http
        .json<{ readonly Descriptor?: { readonly digest?: string } }>({ method: "GET", path, headers, action: `look up ${ref}` })
        .catch(absentInRegistry);
      return found?.Descriptor?.digest;
    },
    loadImage: (tar, progress) =>
      transfer({ method: "POST", path: "/images/load", query: { quiet: 0 }, upload: tar, action: "load image" }, progress),
    saveImage: (ref) => http.stream({ method: "GET", path: at(ref, "/get"), action: `save image ${ref}` }),
    tagImage: (ref, repository, tag) =>
      http.done({ method: "POST", path: at(ref, "/tag"), query: { repo: repository, tag }, action: `tag image ${ref}` }),
    removeImage: (ref) => http.done({ method: "DELETE", path: at(ref), action: `remove image ${ref}` }, [404]),
  };
}

/** `registry:5000/a/b:1` → repository and tag; a digest counts as a tag, as the engine's API has it. */
export function splitReference(ref: string): { readonly repository: string; readonly tag?: string } {
  const digest = ref.indexOf("@");
  if (digest >= 0) return { repository: splitReference(ref.slice(0, digest)).repository, tag: ref.slice(digest + 1) };
  const colon = ref.indexOf(":", ref.lastIndexOf("/") + 1);
  return colon < 0 ? { repository: ref } : { repository: ref.slice(0, colon), tag: ref.slice(colon + 1) };
}

function absentInRegistry(error: unknown): undefined {
  if (error instanceof DrayageError && error.code === "IMAGE_NOT_FOUND") return undefined;
  throw error;
}

/** The engine wants the URL-safe alphabet *with* padding; what it cannot decode it takes for no credentials. */
const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");

const registryHeader = (credentials: RegistryCredentials | undefined): Record<string, string> =>
  credentials === undefined ? {} : { "X-Registry-Auth": encoded(credentials) };
