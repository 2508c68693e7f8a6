/** Asks a socket whether a Docker engine answers behind it. */
import { request } from "node:http";

export type Probe =
  | {
      readonly kind: "answers";
      readonly version: string;
      readonly apiVersion: string;
      readonly minApiVersion?: string | undefined;
    }
  /** closed: somebody listened and hung up. */
  | { readonly kind: "missing" | "refused" | "denied" | "closed" | "silent" };

export function probeEngine(socketPath: string, timeoutMs: number): Promise<Probe> {
  return new Promise((resolve) => {
    const probe = request({ socketPath, path: "/version", headers: { Host: "docker" }, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => done(answer.statusCode === 200 ? read(text) : { kind: "closed" }));
      answer.on("error", () => done({ kind: "closed" }));
    });
    const deadline = setTimeout(() => done({ kind: "silent" }), timeoutMs);
    const done = (result: Probe): void => {
      clearTimeout(deadline);
      probe.destroy();
      resolve(result);
    };
    probe.on("error", ({ code }: NodeJS.ErrnoException) => done({ kind: kinds[code ?? ""] ?? "closed" }));
    probe.end();
  });
}

const kinds: Readonly<Record<string, "missing" | "refused" | "denied">> = {
  ENOENT: "missing",
  ECONNREFUSED: "refused",
  EACCES: "denied",
  EPERM: "denied",
};

function read(text: string): Probe {
  try {
    const { Version, ApiVersion, MinAPIVersion } = JSON.parse(text) as Record<string, unknown>;
    if (typeof ApiVersion !== "string") return { kind: "closed" };
    const minApiVersion = typeof MinAPIVersion === "string" ? MinAPIVersion : undefined;
    return { kind: "answers", version: String(Version), apiVersion: ApiVersion, minApiVersion };
  } catch {
    return { kind: "closed" };
  }
}
