import { existsSync, readFileSync, statfsSync } from "node:fs";
import { freemem, release, totalmem } from "node:os";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { measureHost } from "../../sdk/engine/host/measure-host";
import { probeHost } from "../../sdk/engine/host/probe-host";
import { readMachineId } from "../../sdk/engine/host/read-machine-id";
import { systemClock as clock } from "../../sdk/provider/system-clock";
import { describeUnless } from "../support/describe-unless";

const socketPath = "/var/run/docker.sock";
const suite = describeUnless(existsSync(socketPath) ? undefined : `no Docker socket at ${socketPath}`);

suite("the facts of a host, told by its own engine", () => {
  const docker = connectDocker("here", socketPath);

  it("are those of this machine: kernel, CPUs, memory, API range, storage", async () => {
    const measured = await measureHost(docker, await readMachineId(docker));
    expect(measured).toMatchObject({
      kernel: release(),
      memoryBytes: totalmem(),
      osName: expect.stringMatching(/\S/),
      cgroupVersion: expect.stringMatching(/^[12]$/),
      minApiVersion: expect.stringMatching(/^1\.\d+$/),
      storageDriver: expect.stringMatching(/\S/),
      gpuRuntime: false,
    });
    expect(existsSync(`${measured.rootDir}/volumes`)).toBe(true);
    const id = existsSync("/etc/machine-id") ? readFileSync("/etc/machine-id", "utf8").trim() : "";
    expect(measured.machineId).toBe(id === "" ? `engine:${measured.engineId}` : id);
  });

  it("that change are read by a helper that leaves nothing behind: clock, load, memory, room for data", async () => {
    const probes = async () => (await docker.listContainers({ name: ["drayage-probe-"] })).map(({ Id }) => Id);
    const before = await probes();
    const { rootDir } = await docker.info();
    let probe = await probeHost(docker, clock);
    // The other lane may keep the engine busy for as long as one probe lasts, and not for five.
    for (let again = 0; again < 4 && probe.clockErrorMs >= 100; again += 1) probe = await probeHost(docker, clock);
    expect(probe.clockErrorMs).toBeLessThan(100);
    expect(Math.abs(probe.clockOffsetMs)).toBeLessThanOrEqual(probe.clockErrorMs + 2);
    expect(probe.memoryBytes).toBe(totalmem());
    expect(probe.availableMemoryBytes / totalmem()).toBeCloseTo(availableNow() / totalmem(), 1);
    expect(probe.uptimeSeconds / Number(readFileSync("/proc/uptime", "utf8").split(" ")[0])).toBeCloseTo(1, 1);
    const { blocks, bsize, bavail } = statfsSync(`${rootDir}/volumes`);
    expect(probe.data).toMatchObject({ path: `${rootDir}/volumes`, totalBytes: blocks * bsize });
    expect(probe.data.freeBytes / (bavail * bsize)).toBeCloseTo(1, 1);
    expect((await probes()).filter((id) => !before.includes(id))).toEqual([]);
  });

  it("tell a clock that is ahead from one that is behind", async () => {
    const skewed = (by: number) => ({ ...clock, now: () => clock.now() + by });
    expect((await probeHost(docker, skewed(-60_000))).clockOffsetMs).toBeGreaterThan(59_000);
    expect((await probeHost(docker, skewed(60_000))).clockOffsetMs).toBeLessThan(-59_000);
  });
});

const availableNow = (): number => {
  const [, kilobytes] = /MemAvailable:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8")) ?? [];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
};
