import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../sdk/engine/clock";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import type { DockerEngine } from "../../sdk/engine/docker/docker-engine";
import { createRecordStore } from "../../sdk/engine/record/create-record-store";
import type { Owner } from "../../sdk/engine/record/host-record";
import type { LeaseRequest, RecordSession, RecordStore } from "../../sdk/engine/record/record-store";

const socket = "/var/run/docker.sock";
const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
const owner: Owner = { stackUid: "u1", project: "shop", stack: "dev", id: "shop-0001" };
const request: LeaseRequest = { identity: "f00d", name: "shop", owner, purpose: "up" };

jest.setTimeout(60_000);

describe("the host record on a real engine", () => {
  const docker = connectDocker("local", socket);
  let dir: string;
  let store: RecordStore;
  const sessions: RecordSession[] = [];

  const open = async (holder = "tester"): Promise<RecordSession> => {
    const session = await store.open(holder);
    sessions.push(session);
    return session;
  };

  beforeEach(() => {
    dir = `/var/lib/drayage-test-${randomBytes(5).toString("hex")}`;
    store = createRecordStore(docker, { clock, dir });
  });

  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    const readers = await docker.listContainers({ label: ["dev.drayage.kind=reader"] });
    for (const { Id, Mounts } of readers) if (Mounts.some((mount) => mount.Source === dir)) await docker.removeContainer(Id);
    await removeDirectory(docker, dir);
  });

  it("is empty where nothing was ever written, and makes its own reader", async () => {
    expect(await store.read()).toEqual({ schemaVersion: 1, version: 0, workloads: {} });
  });

  it("is read without a session as it was written in one", async () => {
    const session = await open();
    const written = await session.change((record) => ({ ...record }));
    expect(written.version).toBe(1);
    expect(await store.read()).toEqual(written);
  });

  it("loses no change of two sessions that write at the same time", async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const add = (session: RecordSession, identity: string) => session.acquire({ ...request, identity });
    await Promise.all(Array.from({ length: 20 }, (_, i) => [add(one, `one-${i}`), add(two, `two-${i}`)]).flat());
    const record = await store.read();
    expect(Object.keys(record.workloads)).toHaveLength(40);
    expect(record.version).toBe(40);
  });

  it("refuses a held lease and names the holder, then grants it with a higher epoch once released", async () => {
    const [one, two] = await Promise.all([open("ann@desk pid 7"), open("bob@lap pid 8")]);
    const lease = await one.acquire(request);
    await expect(two.acquire(request)).rejects.toMatchObject({
      code: "LOCKED",
      message: expect.stringContaining("ann@desk pid 7"),
    });
    await lease.assertHeld();
    await lease.release();
    expect((await two.acquire(request)).epoch).toBe(lease.epoch + 1);
    await expect(lease.assertHeld()).rejects.toMatchObject({
      code: "LEASE_LOST",
      message: expect.stringContaining("bob@lap pid 8"),
    });
    await expect(lease.change((workload) => workload)).rejects.toMatchObject({ code: "LEASE_LOST" });
    await expect(lease.release()).resolves.toBeUndefined();
    expect((await store.read()).workloads.f00d?.lease?.holder).toBe("bob@lap pid 8");
  });

  it("takes a lease over whose session container was killed, and tells the loser", async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const lease = await one.acquire(request);
    await docker.removeContainer(one.id, { force: true });
    const taken = await two.acquire(request);
    expect(taken.epoch).toBe(lease.epoch + 1);
    await expect(lease.assertHeld()).rejects.toMatchObject({ code: "LEASE_LOST" });
    await taken.assertHeld();
  });

  it("refuses the identity of another stack until it is adopted", async () => {
    const session = await open();
    await (await session.acquire(request)).release();
    const foreign = { ...request, owner: { ...owner, stackUid: "u2", stack: "prod", id: "shop-0002" } };
    await expect(session.acquire(foreign)).rejects.toMatchObject({ code: "OWNED_ELSEWHERE" });
    await session.acquire({ ...foreign, adopt: true });
    expect((await store.read()).workloads.f00d?.owner).toEqual(foreign.owner);
  });

  it("frees the lease when the operator is killed without a word", async () => {
    const operator = await startOperator(dir);
    const session = await open();
    await expect(session.acquire(request)).rejects.toMatchObject({ code: "LOCKED" });
    operator.kill("SIGKILL");
    await until(async () => (await store.read()).workloads.f00d?.lease === undefined);
    expect((await session.acquire(request)).epoch).toBe(2);
  });

  it("survives the removal of its reader by a prune", async () => {
    const session = await open();
    await session.acquire(request);
    await store.read();
    const [reader] = (await docker.listContainers({ label: ["dev.drayage.kind=reader"], status: ["created"] })).filter(
      (container) => container.Mounts.some((mount) => mount.Source === dir),
    );
    await docker.removeContainer(reader?.Id ?? "");
    expect((await store.read()).workloads.f00d?.epoch).toBe(1);
  });

  it.each([
    ["torn", '{"schemaVersion":1,"vers'],
    ["of another shape", '{"schemaVersion":1,"version":3,"workloads":[]}'],
    ["of a newer drayage", '{"schemaVersion":2,"version":3,"workloads":{}}'],
  ])("never takes a document that is %s for no record", async (_, content) => {
    const session = await open();
    await session.change((record) => ({ ...record }));
    await overwrite(docker, dir, content);
    await expect(store.read()).rejects.toMatchObject({ code: "RECORD_UNREADABLE" });
    await expect(session.acquire(request)).rejects.toMatchObject({ code: "RECORD_UNREADABLE" });
  });
});

/** The engine's own archive API through the reader's mount would be read-only: a container of the base image does it. */
async function overwrite(docker: DockerEngine, dir: string, content: string): Promise<void> {
  await shell(docker, dir, "cat > /d/record.json", Buffer.from(content));
}

async function removeDirectory(docker: DockerEngine, dir: string): Promise<void> {
  await shell(docker, "/var/lib", `rm -rf /d/${dir.slice("/var/lib/".length)}`);
}

async function shell(docker: DockerEngine, dir: string, command: string, stdin?: Buffer): Promise<void> {
  const body = {
    Image: "debian:bookworm-slim",
    Cmd: ["sh", "-c", command],
    HostConfig: { Binds: [`${dir}:/d`], NetworkMode: "none" },
  };
  const exit = await docker.runOnce(`drayage-test-${randomBytes(4).toString("hex")}`, body, stdin);
  if (exit.exitCode !== 0) throw new Error(exit.stderr.toString());
}

async function startOperator(dir: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(__dirname, "../support/hold-lease.cjs"), socket, dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the operator ended with ${code}`)));
  });
  return child;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 30_000; !(await condition()); await pause(50))
    if (performance.now() > end) throw new Error("never came true");
}
