import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock as clock } from "../../sdk/cli/system-clock";
import type { ConnectionPool } from "../../sdk/engine/connection/connection";
import { createConnectionPool } from "../../sdk/engine/connection/connection-pool";
import { awaitShell } from "../../sdk/engine/host/enrol/await-machine";
import { type Enrolment, enrolHost } from "../../sdk/engine/host/enrol/enrol-host";
import { makeHostKeyPair } from "../../sdk/engine/host/enrol/host-key-pair";
import { silentReport } from "../../sdk/engine/report";
import { describeUnless } from "../support/describe-unless";
import { haveSshd, type LoopbackSshd, startLoopbackSshd } from "../support/loopback-sshd";

const suite = describeUnless(haveSshd() ? undefined : "no /usr/sbin/sshd");

jest.setTimeout(30_000);

suite("the first contact with a machine, over a real sshd", () => {
  const given = makeHostKeyPair();
  const { signal } = new AbortController();
  let folder: string;
  let sshd: LoopbackSshd;
  let pool: ConnectionPool;

  const enrolment = (injected: string): Enrolment => ({
    host: "cloud",
    spec: sshd.spec,
    injected,
    context: { report: silentReport, clock, signal },
    patienceMs: 60_000,
    open: (spec) => pool.openShell("cloud", spec),
    leave: async () => undefined,
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "dray-first-"));
    writeFileSync(join(folder, "given"), given.privateKey, { mode: 0o600 });
    sshd = await startLoopbackSshd();
    pool = createConnectionPool({ runtimeDir: join(folder, "run"), clock, sshCommand: sshd.sshCommand, persistSeconds: 60 });
  });
  afterAll(async () => {
    await pool.close({ masters: true });
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is refused at once where another key is shown, and nothing was sent: no user, no key, no command", async () => {
    const [began, before] = [performance.now(), sshd.log().length];
    await expect(enrolHost(enrolment(given.publicKey))).rejects.toMatchObject({
      code: "HOST_KEY_CHANGED",
      message: expect.stringContaining("nothing was sent"),
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(sshd.log().slice(before)).toContain("Connection from 127.0.0.1");
    expect(sshd.log().slice(before)).not.toMatch(/userauth-request|Accepted|Failed|Starting session/);
  });

  it("is made where the given key is shown, even beside others", async () => {
    await sshd.restart([`HostKey ${join(folder, "given")}`]);
    const spec = { ...sshd.spec, hostKey: given.publicKey };
    const waiting = { host: "cloud", address: "127.0.0.1", patienceMs: 10_000, clock, signal, progress: () => undefined };
    const shell = await awaitShell({ ...waiting, open: () => pool.openShell("cloud", spec) });
    expect(shell.hostKey).toBe(given.publicKey);
    expect(sshd.log()).toMatch(/userauth-request/);
  });
});
