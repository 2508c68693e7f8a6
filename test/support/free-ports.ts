/** Ports to publish or listen on. Not from the range that outgoing connections borrow theirs from: another test's may take one. */
import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server } from "node:net";

const [firstPort, endPort] = [20_000, 32_768];

export const freePort = (): Promise<number> => freePorts(1);

/** The first of so many in a row, each free for TCP and UDP at every address. */
export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const first = randomInt(firstPort, endPort - count);
    const all = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (all.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row from ${firstPort} to ${endPort}`);
}

async function isFree(port: number): Promise<boolean> {
  const [server, socket] = [createServer(), createSocket("udp4")];
  const tcp = isBound(server, () => server.listen(port, "0.0.0.0"));
  const udp = isBound(socket, () => socket.bind(port, "0.0.0.0"));
  const free = (await Promise.all([tcp, udp])).every(Boolean);
  await Promise.all([server, socket].map((one) => new Promise<void>((resolve) => void one.close(() => resolve()))));
  return free;
}

function isBound(one: Server | Socket, bind: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    one.once("listening", () => resolve(true)).once("error", () => resolve(false));
    bind();
  });
}
