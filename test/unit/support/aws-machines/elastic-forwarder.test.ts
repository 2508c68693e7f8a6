import { connect, createServer, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { ElasticForwarder } from "../../../support/aws-machines/elastic-forwarder";

const port = 18473;

/** A machine at a loopback address that says who it is, repeats what it was told, and hangs up. */
async function machineAt(host: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = "";
    socket.on("data", (data) => {
      heard += data;
    });
    socket.on("end", () => socket.end(`${host} heard ${heard}`));
  });
  await new Promise<void>((done) => server.listen({ host, port }, done));
  return server;
}

async function say(host: string, words: string): Promise<string> {
  const socket = connect({ host, port, allowHalfOpen: true });
  socket.end(words);
  return text(socket);
}

describe("the forwarder at Elastic IPs", () => {
  const forwarder = new ElasticForwarder();
  const machines: Server[] = [];

  beforeAll(async () => {
    machines.push(await machineAt("127.77.0.1"), await machineAt("127.77.0.2"));
  });

  afterAll(async () => {
    await forwarder.stop();
    for (const machine of machines) machine.close();
  });

  it("carries both directions to the end", async () => {
    await forwarder.set(new Map([[`127.77.0.9:${port}`, "127.77.0.1"]]));
    const much = "x".repeat(1 << 20);
    expect(await say("127.77.0.9", much)).toBe(`127.77.0.1 heard ${much}`);
  });

  it("dials the machine that has the address now, and ends what was open with the one before", async () => {
    const open = connect({ host: "127.77.0.9", port });
    const ended = new Promise((done) => open.once("close", done));
    await new Promise((done) => open.once("connect", done));
    open.on("error", () => undefined);
    await say("127.77.0.9", "first");
    await forwarder.set(new Map([[`127.77.0.9:${port}`, "127.77.0.2"]]));
    await ended;
    expect(await say("127.77.0.9", "hello")).toBe("127.77.0.2 heard hello");
  });

  it("lets another machine answer as long as it is told to", async () => {
    forwarder.divert("127.77.0.1");
    expect(await say("127.77.0.9", "hello")).toBe("127.77.0.1 heard hello");
    forwarder.divert();
    expect(await say("127.77.0.9", "hello")).toBe("127.77.0.2 heard hello");
  });

  it("listens nowhere else, and no longer where nothing is forwarded", async () => {
    expect(forwarder.listening).toEqual([`127.77.0.9:${port}`]);
    await forwarder.set(new Map());
    await expect(say("127.77.0.9", "hello")).rejects.toThrow("ECONNREFUSED");
  });
});
