import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "../../../../sdk/cli/doctor/check";
import { readObtained, remember } from "../../../../sdk/cli/doctor/obtained";
import { installEngine, spawnEngine, stopOwnEngine } from "../../../../sdk/cli/doctor/start-engine";
import { systemClock } from "../../../../sdk/cli/system-clock";
import { silentReport } from "../../../../sdk/engine/report";

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("an engine that set-up starts", () => {
  let folder: string;
  let machine: Machine;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "start-engine-"));
    // Stands in for the real one: says something and stays.
    await writeFile(join(folder, "dockerd"), "#!/bin/sh\necho listening\nexec sleep 60\n");
    await chmod(join(folder, "dockerd"), 0o755);
    const context = { report: silentReport, signal: new AbortController().signal, clock: systemClock };
    machine = {
      env: { PATH: `${folder}:/usr/bin:/bin` },
      cacheDir: join(folder, "cache"),
      socket: join(folder, "none"),
      context,
    };
  });
  afterEach(async () => {
    await stopOwnEngine(machine);
    await rm(folder, { recursive: true });
  });

  const log = () => readFile(join(machine.cacheDir, "dockerd.log"), "utf8");
  const waitFor = async (holds: () => Promise<boolean>) => {
    for (let turn = 0; turn < 200 && !(await holds()); turn += 1) await systemClock.sleep(25);
  };
  const pidOf = async () => (await readObtained(machine.cacheDir)).engine?.pid ?? 0;

  it("is recorded, and ended by clean alone", async () => {
    await spawnEngine(machine);
    const pid = await pidOf();
    expect(alive(pid)).toBe(true);
    // Ended before it had begun to speak, it would have left an empty log.
    await waitFor(async () => (await log()) === "listening\n");
    expect(await stopOwnEngine(machine)).toBe(true);
    expect(await readObtained(machine.cacheDir)).toEqual({});
    expect(await log()).toBe("listening\n");
  });

  it("is not confused with a later process of the same id", async () => {
    await spawnEngine(machine);
    const { engine } = await readObtained(machine.cacheDir);
    if (engine === undefined) throw new Error("not recorded");
    await remember(machine.cacheDir, { engine: { ...engine, startedAt: "1" } });
    expect(await stopOwnEngine(machine)).toBe(false);
    expect(alive(engine.pid)).toBe(true);
    await remember(machine.cacheDir, { engine });
  });

  it("ends nothing where nothing was started", async () => {
    expect(await stopOwnEngine(machine)).toBe(false);
  });

  it("is not started when DOCKER_HOST asks for another one", async () => {
    const elsewhere = { ...machine, env: { ...machine.env, DOCKER_HOST: "tcp://10.0.0.1:2375" } };
    expect(await installEngine(elsewhere)).toMatch(/DOCKER_HOST is tcp/);
  });
});
