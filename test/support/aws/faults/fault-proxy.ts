/** An HTTP proxy in front of moto, in this process: what the script of faults lets through is passed on unchanged. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { FaultScript } from "./faults";
import { parseRequest } from "./wire";

export interface FaultProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startFaultProxy(target: string, faults: FaultScript): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await buffer(incoming);
    const { method = "GET", url = "/", headers } = incoming;
    const call = parseRequest(method, url, headers, body.toString());
    const verdict = faults.verdict(call);
    if (verdict !== undefined) {
      outgoing.writeHead(verdict.status, { "content-type": verdict.type }).end(verdict.body);
      return;
    }
    const answer = await forward(target, agent, incoming, body);
    const text = await buffer(answer);
    if ((answer.statusCode ?? 500) < 300) faults.answered(call, text.toString());
    outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, "content-length": text.length }).end(text);
  };
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

function forward(
  target: string,
  agent: Agent,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const passed = { ...headers, "content-length": body.length };
    delete passed["transfer-encoding"];
    request(new URL(url ?? "/", target), { agent, headers: passed, ...(method && { method }) }, resolve)
      .on("error", reject)
      .end(body);
  });
}
