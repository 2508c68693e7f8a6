/** The one call of ECR's API that credentials need, on a loopback port; how it answers is the test's. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface EcrApi {
  readonly endpoint: string;
  /** Of each request, oldest first. */
  readonly asked: IncomingHttpHeaders[];
  answer: EcrAnswer;
  close(): Promise<void>;
}

export type EcrAnswer =
  | { readonly password: string; readonly expiresAt: Date }
  | { readonly status: number; readonly error: string; readonly message: string };

export async function startEcrApi(answer: EcrAnswer): Promise<EcrApi> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    request.resume();
    const { status, body } = reply(api.answer);
    response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const api: EcrApi = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return api;
}

function reply(answer: EcrAnswer): { readonly status: number; readonly body: object } {
  if ("error" in answer) return { status: answer.status, body: { __type: answer.error, message: answer.message } };
  const authorizationToken = Buffer.from(`AWS:${answer.password}`).toString("base64");
  const data = { authorizationToken, expiresAt: answer.expiresAt.getTime() / 1000, proxyEndpoint: "https://registry.example" };
  return { status: 200, body: { authorizationData: [data] } };
}
