import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../../sdk/engine/clock";
import { runtimeDirectory } from "../../../../sdk/engine/connection/runtime-directory";

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
};

describe("the runtime directory", () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "dray-rt-"));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  it("is made private", async () => {
    chmodSync(path, 0o755);
    await runtimeDirectory(path, clock);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it.each([`/tmp/${"x".repeat(80)}`, "relative", "/tmp/a:b", "/tmp/a%b"])("is refused at %s", async (bad) => {
    await expect(runtimeDirectory(bad, clock)).rejects.toMatchObject({ code: "INVALID_PROGRAM" });
  });

  it("lets one at a time work on a key", async () => {
    const directory = await runtimeDirectory(path, clock);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all(Array.from({ length: 10 }, () => directory.alone("k", work)));
    expect(most).toBe(1);
    expect(readdirSync(path)).toEqual([]);
  });

  it("takes over the lock of a process that is gone, and keeps the lock when the work fails no longer than that", async () => {
    const directory = await runtimeDirectory(path, clock);
    const { pid } = spawnSync("true");
    writeFileSync(join(path, "k.lock"), `${pid} 00`);
    await expect(directory.alone("k", () => Promise.reject(new Error("dial failed")))).rejects.toThrow("dial failed");
    expect(await directory.alone("k", async () => "free")).toBe("free");
  });

  it("gives back what was kept, and nothing for a broken file", async () => {
    const directory = await runtimeDirectory(path, clock);
    const kept = { controlPath: "/c", socketPath: "/s", transport: "forward" as const, hostKey: "ssh-ed25519 AAAA" };
    await directory.keep("k", kept);
    expect(await directory.kept("k")).toEqual(kept);
    writeFileSync(join(path, "k.json"), "{");
    expect(await directory.kept("k")).toBeUndefined();
  });
});
