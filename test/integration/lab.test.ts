import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "../../sdk/cli/system-clock";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { silentReport } from "../../sdk/engine/report";
import { Lab, type LabUse } from "../../sdk/lab/lab";
import { labLabel } from "../../sdk/lab/lab-labels";

const run = promisify(execFile);
const docker = connectDocker("local", "/var/run/docker.sock");
const context = { report: silentReport, signal: new AbortController().signal, clock: systemClock };

describe("a lab", () => {
  let root: string;
  let use: LabUse;
  let lab: Lab;
  let seconds: number;

  const ssh = async (host: string, command: string) => (await run("ssh", [...lab.sshArguments(host), command])).stdout.trim();
  const leftOf = async (id: string) => {
    const ours = { label: [`${labLabel}=${id}`] };
    return [await docker.listContainers(ours), await docker.listVolumes(ours), await docker.listNetworks(ours)].flat().length;
  };

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "lab-test-"));
    use = { root, name: `t${randomBytes(3).toString("hex")}`, docker, context };
    // The image is made apart, so that what is measured is the hosts.
    const warm = await Lab.up({ ...use, name: `${use.name}w`, hosts: [] });
    await warm.down();
    const began = performance.now();
    lab = await Lab.up({ ...use, hosts: ["rack", "cloud"] });
    seconds = (performance.now() - began) / 1000;
  }, 240_000);

  afterAll(async () => {
    await (await Lab.open(use).catch(() => undefined))?.down();
    await rm(root, { recursive: true, force: true });
  }, 60_000);

  it("has its hosts ready in 10 s each", () => {
    expect(seconds).toBeLessThan(20);
    process.stderr.write(`    two lab hosts ready in ${seconds.toFixed(1)} s\n`);
  });

  it("lets `deploy` use each host's own engine over ssh with the key pinned", async () => {
    const [rack, cloud] = await Promise.all(
      ["rack", "cloud"].map((host) => ssh(host, "whoami; docker info --format '{{.ID}} {{.Driver}}'")),
    );
    expect(rack).toMatch(/^deploy\n\S+ overlay2$/);
    expect(cloud).not.toBe(rack);
    expect(await ssh("rack", "cat /etc/machine-id")).not.toBe(await ssh("cloud", "cat /etc/machine-id"));
  });

  it("is refused where another key was pinned", async () => {
    const wrong = lab.sshArguments("rack").map((arg) => (arg === lab.host("rack").address ? lab.host("cloud").address : arg));
    const pinned = ["-o", `HostKeyAlias=${lab.host("rack").address}`];
    await expect(run("ssh", [...pinned, ...wrong, "true"])).rejects.toThrow(/Host key verification failed/);
  });

  it("gives `deploy` no root, and no way in by password or as root", async () => {
    expect(await ssh("rack", "id -u; sudo -n true 2>/dev/null && echo root || echo no")).toBe("1000\nno");
    await expect(
      run(
        "ssh",
        ["-o", "User=root", ...lab.sshArguments("rack"), "true"].filter((arg) => arg !== "-l" && arg !== "deploy"),
      ),
    ).rejects.toThrow(/Permission denied/);
  });

  it("has systemd running with nothing failed", async () => {
    expect(await ssh("rack", "ps -p 1 -o comm=; systemctl is-system-running --wait; systemctl --failed --no-legend")).toBe(
      "systemd\nrunning",
    );
  });

  it("has hosts that reach each other by name", async () => {
    expect(await ssh("rack", "timeout 10 bash -c 'head -c 4 < /dev/tcp/cloud/22'")).toBe("SSH-");
    expect(await ssh("cloud", "timeout 10 bash -c 'head -c 4 < /dev/tcp/rack/22'")).toBe("SSH-");
  });

  it("keeps its private keys from others", async () => {
    expect((await stat(lab.host("rack").identityFile)).mode & 0o077).toBe(0);
  });

  it("is left alone by a second up, and gets a host more when one is named", async () => {
    const again = await Lab.up({ ...use, hosts: ["rack", "cloud"] });
    expect(again.state).toEqual(lab.state);
    const more = await Lab.up({ ...use, hosts: ["third"] });
    expect(more.state.hosts.map(({ name }) => name)).toEqual(["rack", "cloud", "third"]);
    expect(more.state.hosts.slice(0, 2)).toEqual(lab.state.hosts);
    lab = more;
  }, 30_000);

  it("runs containers that come back after a reboot and after a power cut", async () => {
    const image = await run("sh", [
      "-c",
      'docker save debian:bookworm-slim | ssh "$@" docker load',
      "sh",
      ...lab.sshArguments("rack"),
    ]);
    expect(image.stdout).toContain("debian:bookworm-slim");
    const limits = "--memory 64m --pids-limit 32 --publish 8080:80 --restart unless-stopped --stop-timeout 1";
    await ssh("rack", `docker run --detach --name keeper ${limits} debian:bookworm-slim sleep infinity`);
    for (const power of [false, true]) {
      const rebooted = await lab.reboot("rack", { power });
      expect(rebooted.engineStartedAfter).toBeGreaterThan(rebooted.engineStartedBefore);
      expect(await ssh("rack", "docker inspect --format '{{.State.Running}}' keeper")).toBe("true");
    }
  }, 90_000);

  it("starts a stopped host and makes a removed one again, with the same key", async () => {
    const engine = await ssh("cloud", "docker info --format '{{.ID}}'");
    await docker.stopContainer(lab.host("cloud").containerId, 20);
    await docker.removeContainer(lab.host("third").containerId, { force: true });
    expect((await lab.status()).map(({ status }) => status)).toEqual(["running", "stopped", "missing"]);
    lab = await Lab.up({ ...use, hosts: [] });
    expect(await ssh("cloud", "docker info --format '{{.ID}}'")).toBe(engine);
    expect((await lab.status()).map(({ status }) => status)).toEqual(["running", "running", "running"]);
    expect(await ssh("third", "hostname")).toBe("third");
  }, 60_000);

  it("lives beside a second lab, which cannot be reached from it", async () => {
    const other = await Lab.up({ ...use, name: `${use.name}b`, hosts: ["rack"] });
    try {
      expect(other.state.subnet).not.toBe(lab.state.subnet);
      expect(
        await ssh("rack", `timeout 2 bash -c 'head -c 4 < /dev/tcp/${other.host("rack").address}/22' || echo unreachable`),
      ).toBe("unreachable");
    } finally {
      await other.down();
    }
    expect(await leftOf(other.state.id)).toBe(0);
    expect(await ssh("rack", "hostname")).toBe("rack");
  }, 60_000);

  it("leaves nothing when taken down: objects, state, cgroups", async () => {
    const foreign = await docker.createVolume(`lab-test-foreign-${use.name}`, { [labLabel]: "another" });
    const containerIds = lab.state.hosts.map(({ containerId }) => containerId);
    try {
      await lab.down();
      expect(await leftOf(lab.state.id)).toBe(0);
      expect(existsSync(lab.directory)).toBe(false);
      expect(containerIds.flatMap((id) => cgroupsNamed(id))).toEqual([]);
      expect(await docker.inspectVolume(`lab-test-foreign-${use.name}`)).toBeDefined();
    } finally {
      await docker.removeVolume(foreign.Name);
    }
    await expect(Lab.open(use)).rejects.toMatchObject({ code: "NOT_FOUND" });
  }, 60_000);
});

function cgroupsNamed(id: string, folder = "/sys/fs/cgroup", depth = 4): string[] {
  return foldersIn(folder).flatMap((name) => {
    const path = join(folder, name);
    return name.includes(id) ? [path] : depth > 1 ? cgroupsNamed(id, path, depth - 1) : [];
  });
}

/** Those of other containers come and go meanwhile: what is gone holds none. */
function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}
