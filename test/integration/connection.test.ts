import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../sdk/engine/clock";
import type { ConnectionPool, SshConnectionSpec } from "../../sdk/engine/connection/connection";
import { type ConnectionPoolOptions, createConnectionPool } from "../../sdk/engine/connection/connection-pool";
import { fingerprintOf, parseHostKey } from "../../sdk/engine/connection/host-key";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { describeUnless } from "../support/describe-unless";
import { freePort } from "../support/free-ports";
import { haveSshd, type LoopbackSshd, startLoopbackSshd } from "../support/loopback-sshd";

const dockerSocket = "/var/run/docker.sock";
const missing = !haveSshd() ? "no /usr/sbin/sshd" : !existsSync(dockerSocket) ? `no ${dockerSocket}` : undefined;
const suite = describeUnless(missing);

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};
const fingerprint = (text: string): string => {
  const key = parseHostKey(text);
  if (key === undefined) throw new Error(`no key: ${text}`);
  return fingerprintOf(key);
};
const wrongPin = `SHA256:${"A".repeat(43)}`;

jest.setTimeout(30_000);

suite("connections over a real sshd", () => {
  let sshd: LoopbackSshd;
  let runtimeDir: string;
  const pools: ConnectionPool[] = [];

  const pool = (more: Partial<ConnectionPoolOptions> = {}): ConnectionPool => {
    const made = createConnectionPool({ runtimeDir, clock, sshCommand: sshd.sshCommand, persistSeconds: 60, ...more });
    pools.push(made);
    return made;
  };
  const spec = (more: Partial<SshConnectionSpec> = {}): SshConnectionSpec => ({
    ...sshd.spec,
    hostKey: fingerprint(sshd.hostKeys.ed25519),
    ...more,
  });
  /** What the next run would find. */
  const kept = (): { controlPath: string; socketPath: string }[] =>
    readdirSync(runtimeDir)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(runtimeDir, name), "utf8")) as { controlPath: string; socketPath: string });

  beforeAll(async () => {
    sshd = await startLoopbackSshd();
  });
  afterAll(() => sshd.stop());
  beforeEach(() => {
    runtimeDir = mkdtempSync(join(tmpdir(), "dray-run-"));
  });
  afterEach(async () => {
    for (const each of pools.splice(0)) await each.close({ masters: true });
    rmSync(runtimeDir, { recursive: true, force: true });
  });

  it("reaches the engine with a pinned fingerprint and tells the full key", async () => {
    const connection = await pool().connect("rack", spec());
    expect(connection.hostKey).toBe(sshd.hostKeys.ed25519);
    expect((await connectDocker("rack", connection.socketPath).info()).id).toBe(
      (await connectDocker("here", dockerSocket).info()).id,
    );
    expect(await connection.alive()).toBe(true);
  });

  it("accepts the fingerprint of any key of the host, and a full key", async () => {
    const byOther = await pool().connect("rack", spec({ hostKey: fingerprint(sshd.hostKeys.ecdsa) }));
    expect(byOther.hostKey).toBe(sshd.hostKeys.ecdsa);
    const byFull = await pool().connect("rack", spec({ hostKey: sshd.hostKeys.ed25519 }));
    expect(byFull.hostKey).toBe(sshd.hostKeys.ed25519);
  });

  it("sends nothing to a host with another key than the pinned one, and names both", async () => {
    const before = sshd.log().length;
    const refused = pool().connect("rack", spec({ hostKey: wrongPin }));
    await expect(refused).rejects.toMatchObject({ code: "HOST_KEY_CHANGED", subject: "rack" });
    await expect(refused).rejects.toThrow(wrongPin);
    await expect(refused).rejects.toThrow(fingerprint(sshd.hostKeys.ed25519));
    await expect(refused).rejects.toThrow(fingerprint(sshd.hostKeys.ecdsa));
    expect(sshd.log().slice(before)).toContain("Connection from 127.0.0.1");
    expect(sshd.log().slice(before)).not.toMatch(/userauth-request|Accepted|Failed publickey/);
  });

  it("does not find the master of one pin with another", async () => {
    await pool().connect("rack", spec());
    await expect(pool().connect("rack", spec({ hostKey: wrongPin }))).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
  });

  it("without a pin leaves it to known_hosts: unknown is refused with the line to add, known is accepted, changed is refused", async () => {
    const { hostKey: _, ...unpinned } = spec();
    const before = sshd.log().length;
    await expect(pool().connect("rack", unpinned)).rejects.toMatchObject({
      code: "HOST_KEY_UNKNOWN",
      hint: expect.stringContaining(`hostKey: "${fingerprint(sshd.hostKeys.ed25519)}"`),
    });
    expect(sshd.log().slice(before)).not.toMatch(/userauth-request/);

    const knownHosts = join(sshd.folder, "known_hosts");
    writeFileSync(knownHosts, `[127.0.0.1]:${sshd.port} ${sshd.hostKeys.ed25519}\n`);
    expect((await pool().connect("rack", unpinned)).hostKey).toBe(sshd.hostKeys.ed25519);
    for (const each of pools.splice(0)) await each.close({ masters: true });

    const other = readFileSync(join(sshd.folder, "id.pub"), "utf8").trim();
    writeFileSync(knownHosts, `[127.0.0.1]:${sshd.port} ${other}\n`);
    const changed = pool().connect("rack", unpinned);
    await expect(changed).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
    await expect(changed).rejects.toThrow(fingerprint(other));
    writeFileSync(knownHosts, "");
  });

  it("honours aliases of the user's ssh configuration and goes through a jump host, whose key must be known too", async () => {
    const file = join(sshd.folder, "ssh_config");
    const before = readFileSync(file, "utf8");
    const account = `HostName 127.0.0.1\nPort ${sshd.port}\nUser ${sshd.spec.user}\nIdentityFile ${sshd.spec.identityFile}\n`;
    writeFileSync(file, `Host bastion behind\n${account}Host *\n${before}`);
    const behind: SshConnectionSpec = { kind: "ssh", address: "behind", hostKey: sshd.hostKeys.ed25519, proxyJump: "bastion" };
    const refused = { code: "HOST_KEY_UNKNOWN", message: expect.stringContaining("on the way") };
    await expect(pool().connect("rack", behind)).rejects.toMatchObject(refused);
    writeFileSync(join(sshd.folder, "known_hosts"), `[127.0.0.1]:${sshd.port} ${sshd.hostKeys.ed25519}\n`);
    expect(await (await pool().connect("rack", behind)).alive()).toBe(true);
    writeFileSync(file, before);
    writeFileSync(join(sshd.folder, "known_hosts"), "");
  });

  it("goes through a command of the user's, and says so when that leads nowhere", async () => {
    const relay = (port: string) =>
      `${process.execPath} -e 'const s = require("net").connect(process.argv[1], "127.0.0.1"); process.stdin.pipe(s); s.pipe(process.stdout)' ${port}`;
    const through = spec({ address: "rack.invalid", proxyCommand: relay("%p") });
    expect((await pool().connect("rack", through)).hostKey).toBe(sshd.hostKeys.ed25519);
    const nowhere = pool().connect("rack", { ...through, proxyCommand: "sh -c 'echo gateway is closed >&2; exit 3'" });
    await expect(nowhere).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      message: expect.stringMatching(/ended before an sshd answered: gateway is closed$/),
      hint: expect.stringContaining("proxyCommand"),
    });
    const denied = pool().connect("rack", { ...through, hostKey: wrongPin });
    await expect(denied).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
  });

  it("tries several keys in turn", async () => {
    const stranger = join(sshd.folder, "stranger");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", stranger]);
    const keys = [stranger, join(sshd.folder, "id")];
    expect(await (await pool().connect("rack", spec({ identityFile: keys }))).alive()).toBe(true);
    await expect(pool().connect("rack", spec({ identityFile: [stranger] }))).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });

  it("connects a second run within 50 ms and without an ssh process", async () => {
    const first = pool();
    await first.connect("rack", spec());
    await first.close();
    const runs = sshd.runs();
    // The quickest of some: the machine that runs the tests is busy with the other lane, the way itself is not.
    let quickest = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 40 && quickest >= 50; run += 1) {
      const start = performance.now();
      expect((await pool().connect("rack", spec())).hostKey).toBe(sshd.hostKeys.ed25519);
      quickest = Math.min(quickest, performance.now() - start);
    }
    expect(quickest).toBeLessThan(50);
    expect(sshd.runs()).toBe(runs);
  });

  it("makes one master when several processes' pools connect at once", async () => {
    const before = sshd.log().split("Accepted publickey").length;
    const connections = await Promise.all(Array.from({ length: 5 }, () => pool().connect("rack", spec())));
    expect(new Set(connections.map((connection) => connection.socketPath)).size).toBe(1);
    expect(sshd.log().split("Accepted publickey").length - before).toBe(1);
  });

  it("dials again when the master died, and keeps working", async () => {
    const ours = pool();
    const first = await ours.connect("rack", spec());
    const pid = await masterPid(kept()[0]?.controlPath ?? "");
    process.kill(pid, "SIGKILL");
    await until(() => !existsSync(`/proc/${pid}`));
    expect(await first.alive()).toBe(false);
    await clock.sleep(1100);
    const second = await ours.connect("rack", spec());
    expect(second.socketPath).not.toBe(first.socketPath);
    expect(await second.alive()).toBe(true);
  });

  it("ends masters when asked to, leaving no file but the script", async () => {
    const ours = pool();
    await ours.connect("rack", spec());
    const pid = await masterPid(kept()[0]?.controlPath ?? "");
    await ours.close({ masters: true });
    await until(() => !existsSync(`/proc/${pid}`));
    expect(readdirSync(runtimeDir)).toEqual(["host-key.sh"]);
  });

  it("keeps the master out of our process group, so that Ctrl-C does not reach it", async () => {
    await pool().connect("rack", spec());
    const pid = await masterPid(kept()[0]?.controlPath ?? "");
    const session = (id: number | "self"): string | undefined =>
      readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1]?.split(" ")[3];
    expect(session(pid)).not.toBe(session("self"));
  });

  it("lets an idle master end by itself", async () => {
    // Long enough that it does not end between two steps of the connecting itself.
    await (await pool({ persistSeconds: 3 }).connect("rack", spec())).alive();
    const pid = await masterPid(kept()[0]?.controlPath ?? "");
    await until(() => !existsSync(`/proc/${pid}`));
  });

  it("makes a loopback port reachable from the host, and takes it back", async () => {
    const here = createServer((_request, answer) => answer.end("from here"));
    await new Promise<void>((resolve) => here.listen(0, "127.0.0.1", resolve));
    const connection = await pool().connect("rack", spec());
    const back = await connection.forwardBack((here.address() as AddressInfo).port);
    const ask = () => fetch(`http://127.0.0.1:${back.port}/`, { headers: { Connection: "close" } });
    expect(await (await ask()).text()).toBe("from here");
    await back.close();
    here.closeAllConnections();
    await expect(ask()).rejects.toThrow();
    here.close();
  });

  it("dials a dead host once per pool", async () => {
    const ours = pool();
    const dead = spec({ port: await freePort() });
    await expect(ours.connect("rack", dead)).rejects.toMatchObject({ code: "HOST_REFUSED" });
    const runs = sshd.runs();
    await expect(ours.connect("rack", dead)).rejects.toMatchObject({ code: "HOST_REFUSED" });
    expect(sshd.runs()).toBe(runs);
  });

  it("says what is wrong with name, user and socket", async () => {
    await expect(pool().connect("rack", spec({ address: "no-such-host.invalid" }))).rejects.toMatchObject({
      code: "HOST_NAME_UNKNOWN",
    });
    await expect(pool().connect("rack", spec({ user: "nobody-here" }))).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(pool().connect("rack", spec({ socket: "/run/no-docker.sock" }))).rejects.toMatchObject({
      code: "DOCKER_MISSING",
    });
    await expect(pool().connect("rack", spec({ address: "-oProxyCommand=x" }))).rejects.toMatchObject({
      code: "INVALID_PROGRAM",
    });
    expect(kept()).toEqual([]);
  });

  it("reaches the engine of this machine by its socket", async () => {
    const ours = pool();
    const connection = await ours.connect("here", { kind: "local" });
    expect(connection.socketPath).toBe(dockerSocket);
    expect((await connection.forwardBack(80)).port).toBe(80);
    const absent = ours.connect("ghost", { kind: "local", socket: join(runtimeDir, "none.sock") });
    await expect(absent).rejects.toMatchObject({ code: "DOCKER_MISSING" });
  });

  describe("where sshd forbids forwarding sockets", () => {
    beforeAll(() => sshd.restart(["AllowStreamLocalForwarding no"]));
    afterAll(() => sshd.restart());

    it("falls back to docker system dial-stdio, also for attached streams and the next run", async () => {
      for (const run of [1, 2]) {
        const ours = pool();
        const connection = await ours.connect("rack", spec());
        const docker = connectDocker("rack", connection.socketPath);
        expect(await docker.listContainers()).toBeInstanceOf(Array);
        const name = `dray-test-stdio-${Math.random().toString(36).slice(2)}`;
        const body = { Image: "debian:bookworm-slim", Cmd: ["cat"], HostConfig: { NetworkMode: "none" } };
        const exit = await docker.runOnce(name, body, Buffer.from("over stdio"));
        expect(exit).toMatchObject({ exitCode: 0, stdout: Buffer.from("over stdio") });
        if (run === 1) await ours.close();
      }
    });

    it("serves more connections at once than sshd allows sessions", async () => {
      const connection = await pool().connect("rack", spec());
      const docker = connectDocker("rack", connection.socketPath);
      const answers = await Promise.all(Array.from({ length: 20 }, () => docker.listNetworks()));
      expect(answers).toHaveLength(20);
    });
  });
});

async function masterPid(controlPath: string): Promise<number> {
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const args = readFileSync(`/proc/${entry}/cmdline`, "utf8");
      if (args.includes(controlPath)) return Number(entry);
    } catch {
      // The process ended while we looked.
    }
  }
  throw new Error(`no process with ${controlPath}`);
}

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !holds(); attempt++) await clock.sleep(50);
  expect(holds()).toBe(true);
}
