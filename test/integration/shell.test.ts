import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock as clock } from "../../sdk/cli/system-clock";
import type { ConnectionPool } from "../../sdk/engine/connection/connection";
import { createConnectionPool } from "../../sdk/engine/connection/connection-pool";
import { fixedScript } from "../../sdk/engine/connection/shell";
import { describeUnless } from "../support/describe-unless";
import { haveSshd, type LoopbackSshd, startLoopbackSshd } from "../support/loopback-sshd";

const suite = describeUnless(haveSshd() ? undefined : "no /usr/sbin/sshd");

jest.setTimeout(30_000);

const echo = fixedScript`cat`;

suite("a shell over a real sshd", () => {
  let sshd: LoopbackSshd;
  let runtimeDir: string;
  let pool: ConnectionPool;

  const open = () => pool.openShell("rack", { ...sshd.spec, hostKey: sshd.hostKeys.ed25519 });
  const logins = () => sshd.log().split("Accepted publickey").length - 1;
  const kept = () => {
    const [file] = readdirSync(runtimeDir).filter((name) => name.endsWith(".json"));
    return JSON.parse(readFileSync(join(runtimeDir, file ?? ""), "utf8")) as { controlPath: string };
  };

  beforeAll(async () => {
    sshd = await startLoopbackSshd();
  });
  afterAll(() => sshd.stop());
  beforeEach(() => {
    runtimeDir = mkdtempSync(join(tmpdir(), "dray-run-"));
    pool = createConnectionPool({ runtimeDir, clock, sshCommand: sshd.sshCommand, persistSeconds: 60 });
  });
  afterEach(async () => {
    await pool.close({ masters: true });
    expect(readdirSync(runtimeDir)).toEqual(["host-key.sh"]);
    rmSync(runtimeDir, { recursive: true, force: true });
  });

  it("gives a script its input byte for byte, and the script's own words no meaning in between", async () => {
    const shell = await open();
    const input = `$(touch ${runtimeDir}/tripped) \`id\` '; exit 9 #\n"ä"\\n\n\n`;
    expect(await shell.run(echo, { input, root: true })).toMatchObject({ exitCode: 0, stdout: input });
    expect(existsSync(join(runtimeDir, "tripped"))).toBe(false);
    const quoting = fixedScript`printf '%s\n' "it's \\ $0 $#" >&2; read -r line; echo "<$line>"; exit 3`;
    const ran = await shell.run(quoting, { input: "a b\nc" });
    // The test's sshd says things of its own there.
    expect(ran).toMatchObject({ exitCode: 3, stdout: "<a b>\n", stderr: expect.stringContaining("it's \\ drayage 1\n") });
    expect(shell.hostKey).toBe(sshd.hostKeys.ed25519);
  });

  it("tells each line as it comes", async () => {
    const lines: string[] = [];
    await (await open()).run(fixedScript`printf 'one\ntw'; printf 'o\n\nthree'`, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["one", "two", ""]);
  });

  it("shares its login with the Docker connection, whichever is first", async () => {
    const before = logins();
    const spec = { ...sshd.spec, hostKey: sshd.hostKeys.ed25519 };
    await (await open()).run(echo);
    await pool.connect("rack", spec);
    const other = createConnectionPool({ runtimeDir, clock, sshCommand: sshd.sshCommand });
    await (await other.openShell("rack", spec)).run(echo);
    expect(logins() - before).toBe(1);
  });

  it("waits where sshd has no session left for it", async () => {
    const shell = await open();
    const slow = fixedScript`sleep 0.2; echo done`;
    const all = await Promise.all(Array.from({ length: 14 }, () => shell.run(slow)));
    expect(all.map(({ stdout }) => stdout)).toEqual(all.map(() => "done\n"));
  });

  it("logs in once more where sshd has no session left for long, and what has one goes on to its end", async () => {
    await sshd.restart(["MaxSessions 1"]);
    try {
      const shell = await open();
      const flag = join(runtimeDir, "go");
      const holds = shell.run(fixedScript`read -r flag; until [ -e "$flag" ]; do sleep 0.05; done; echo held on`, {
        input: `${flag}\n`,
      });
      await clock.sleep(500);
      expect((await shell.run(echo, { input: "beside it" })).stdout).toBe("beside it");
      writeFileSync(flag, "");
      expect((await holds).stdout).toBe("held on\n");
      rmSync(flag);
    } finally {
      await sshd.restart();
    }
  });

  it("dials again when its master is gone", async () => {
    const shell = await open();
    const pid = masterPid(kept().controlPath);
    process.kill(pid, "SIGKILL");
    while (existsSync(`/proc/${pid}`)) await clock.sleep(20);
    const before = logins();
    expect((await shell.run(echo, { input: "still here" })).stdout).toBe("still here");
    expect(logins() - before).toBe(1);
  });

  it("logs in anew after renew, and what runs over the old login goes on", async () => {
    const shell = await open();
    const flag = join(runtimeDir, "go");
    const waits = shell.run(fixedScript`read -r flag; until [ -e "$flag" ]; do sleep 0.05; done; echo went on`, {
      input: `${flag}\n`,
    });
    await shell.run(echo);
    const before = logins();
    await pool.renew("rack", shell.spec);
    await shell.run(echo);
    expect(logins() - before).toBe(1);
    writeFileSync(flag, "");
    expect((await waits).stdout).toBe("went on\n");
    rmSync(flag);
  });

  it("gives up after its deadline and on a signal, and says so", async () => {
    const shell = await open();
    await expect(shell.run(fixedScript`sleep 5`, { deadlineMs: 100 })).rejects.toMatchObject({
      code: "TIMED_OUT",
      subject: "rack",
    });
    const stop = new AbortController();
    const running = shell.run(fixedScript`sleep 5`, { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });
});

function masterPid(controlPath: string): number {
  const found = readdirSync("/proc").find((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(controlPath);
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`no process with ${controlPath}`);
  return Number(found);
}
