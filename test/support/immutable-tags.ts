/** Stands before a registry and lets no tag be written twice, in ECR's words: also not with the very same image. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ImmutableTags {
  /** `127.0.0.1:PORT`, in the place of the registry's name. */
  readonly name: string;
  /** Tags that it did not let through. */
  readonly refused: string[];
  close(): Promise<void>;
}

/** @param registry `address:port`, without TLS. */
export async function startImmutableTags(registry: string): Promise<ImmutableTags> {
  const refused: string[] = [];
  const written = new Set<string>();
  const server = createServer((asked, response) => {
    const tag = asked.method === "PUT" ? /\/manifests\/([^:]+)$/.exec(asked.url ?? "")?.[1] : undefined;
    if (tag === undefined || !written.has(tag)) {
      if (tag !== undefined) written.add(tag);
      return passOn(registry, asked, response);
    }
    refused.push(tag);
    asked.resume();
    const message = `The image tag '${tag}' already exists in the repository and cannot be overwritten because the tag is immutable.`;
    response.writeHead(400, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ errors: [{ code: "TAG_INVALID", message }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** With the name that was asked for: the registry makes addresses of it. */
function passOn(registry: string, asked: IncomingMessage, response: ServerResponse): void {
  const [host, port] = registry.split(":");
  const { method, url: path, headers } = asked;
  const further = request({ host, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  further.on("error", () => response.destroy());
  asked.pipe(further);
}
