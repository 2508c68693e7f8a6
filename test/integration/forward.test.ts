/** The forwarder as a container: what it may, what it holds, what it counts. Its target is a server of this process, seen over the bridge. */
import { connect, createServer, type Server } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { findWay } from "../../sdk/engine/forward/find-way";
import {
  createForwarder,
  observedForwarders,
  removeForwarders,
  startForwarder,
} from "../../sdk/engine/forward/forwarder-container";
import { label } from "../../sdk/engine/labels";
import { randomIdentity, testOwner } from "../support/workload-requests";

jest.setTimeout(60_000);

const port = 18493;

/** Answers when the client has said all it has to say: an end that is not passed on hangs it. */
function answering(): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = 0;
    socket.on("data", (part) => {
      heard += part.length;
    });
    socket.on("end", () => socket.end(`heard ${heard}`));
    socket.on("error", () => undefined);
  });
  return new Promise((done) => server.listen(port + 1, "0.0.0.0", () => done(server)));
}

/** Dials the forwarder, says so many bytes and its end, and yields the answer. */
function ask(bytes: number): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true }, () => socket.end(Buffer.alloc(bytes)));
    const parts: Buffer[] = [];
    socket.on("data", (part) => parts.push(part));
    socket.on("end", () => done(Buffer.concat(parts).toString()));
    socket.on("error", fail);
  });
}

describe("the forwarder of a workload", () => {
  const docker = connectDocker("local", "/var/run/docker.sock");
  const of = { name: "forwarded", identity: randomIdentity(), owner: testOwner };
  let gateway: string;
  let server: Server | undefined;
  const ours = async () =>
    observedForwarders(await docker.listContainers({ label: [`${label.identity}=${of.identity}`] }), of.identity);
  /** The server's port is another than the published one: on one machine both cannot listen on it. */
  const forwarding = () => ({ address: gateway, ports: [port] });

  beforeAll(async () => {
    const bridge = await docker.inspectNetwork("bridge");
    gateway = bridge?.IPAM?.Config?.[0]?.Gateway ?? "172.17.0.1";
  });
  afterAll(async () => {
    server?.close();
    await removeForwarders(docker, of.identity);
  });

  it("is made without being started, and has no privilege and nothing to write to", async () => {
    const id = await createForwarder(docker, of, forwarding());
    expect(await createForwarder(docker, of, forwarding())).toBe(id);
    const { State, HostConfig, Config } = (await docker.inspectContainer(id)) ?? {};
    expect([State?.Status, HostConfig?.RestartPolicy?.Name]).toEqual(["created", "no"]);
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Privileged: false,
    });
    expect([Config?.User, HostConfig?.Binds ?? []]).toEqual(["65534:65534", []]);
  });

  it("holds what dials it until its target answers, passes on the ends, and counts", async () => {
    await startForwarder(docker, of, forwarding());
    const [made] = await ours();
    expect(made).toMatchObject({ running: true, made: forwarding() });
    // On one machine the published port leads to the forwarder itself: aim it at the server beside it.
    await listens(await aimBeside());
    const held = ask(300_000);
    server = await answering();
    expect(await held).toBe("heard 300000");
    const [beside] = await ours();
    const { stdout } = await docker.exec(beside?.id ?? "", ["/mover", "forwarded"]);
    expect(JSON.parse(stdout.toString())).toMatchObject({ connections: 2, failed: 0, lastAt: expect.any(String) });
  });

  it("tells the way on which the target is reached from one that leads nowhere", async () => {
    const question = { ports: [port + 1], listening: true };
    expect(await findWay(docker, { ...question, ways: ["no-such-host.invalid", gateway] })).toEqual({ address: gateway });
    expect(await findWay(docker, { ...question, ways: ["no-such-host.invalid"] })).toMatchObject({
      trouble: expect.stringContaining(`${port + 1}`),
    });
  });

  it("goes with its port", async () => {
    await removeForwarders(docker, of.identity);
    expect(await ours()).toEqual([]);
    await expect(ask(1)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  async function aimBeside(): Promise<string> {
    const [before] = await ours();
    const body = await docker.inspectContainer(before?.id ?? "");
    await docker.removeContainer(before?.id ?? "", { force: true });
    const { Image = "", Config, HostConfig } = body ?? {};
    const Cmd = ["forward", "--to", gateway, `20000=${port + 1}`];
    const id = await docker.createContainer("forwarded-beside", {
      ...{ Image, Cmd, User: "65534:65534", Labels: Config?.Labels ?? {}, ExposedPorts: { "20000/tcp": {} } },
      HostConfig: HostConfig ?? {},
    } as never);
    await docker.startContainer(id);
    return id;
  }

  /** The container runs a moment before its process listens; one connection is spent on seeing that. */
  async function listens(container: string): Promise<void> {
    const host = (await docker.inspectContainer(container))?.NetworkSettings.Networks.bridge?.IPAddress ?? "";
    const knock = () =>
      new Promise<boolean>((done) => {
        const socket = connect({ host, port: 20000 }, () => {
          socket.end();
          done(true);
        });
        socket.on("error", () => done(false));
      });
    while (!(await knock())) await pause(20);
  }
});
