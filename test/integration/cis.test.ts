import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { systemClock as clock } from "../../sdk/cli/system-clock";
import type { ContainerInspect } from "../../sdk/engine/docker/docker-engine";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { label } from "../../sdk/engine/labels";
import { createRecordStore } from "../../sdk/engine/record/create-record-store";
import { applyWorkload } from "../../sdk/engine/workload/apply-workload";
import { EngineView } from "../support/e2e/engine-view";
import { freePort } from "../support/free-ports";
import { localHandle } from "../support/local-handle";
import { removeRecord } from "../support/remove-record";
import { randomIdentity, requestFor } from "../support/workload-requests";

jest.setTimeout(60_000);

const page = readFileSync(join(__dirname, "../../docs/cis.md"), "utf8");
const rows = page.split("\n").flatMap((line) => {
  const [, item, , verdict, how] = line.split("|").map((cell) => cell.trim());
  return item !== undefined && /^5\.\d+$/.test(item) ? [{ item, verdict, how }] : [];
});

/** The fourteen that Docker gives a container, as the kernel's mask. */
const dockersCapabilities = 0xa80425fbn;

describe("section 5 of the CIS Docker Benchmark, of a container with default options", () => {
  const identity = randomIdentity();
  const recordDir = `/var/lib/drayage-test-${randomBytes(5).toString("hex")}`;
  const engine = EngineView.ofOperator();
  const asserted: { item: string; deviates: boolean }[] = [];
  let host: HostHandle;
  /** An image, a command, nothing else. */
  let plain: ContainerInspect;
  /** With data, a secret, a config and a port: what is mounted and published by default means. */
  let full: ContainerInspect;
  let status: Record<string, string>;

  const all = () => [plain, full];
  const inside = async (script: string, of = plain) =>
    (await host.docker.exec(of.Id, ["sh", "-c", script])).stdout.toString().trim();
  const namespaceOf = (kind: string) => inside(`readlink /proc/1/ns/${kind}`);
  const setting = (read: (config: ContainerInspect["HostConfig"] & Record<string, unknown>) => unknown) =>
    all().map((it) => read(it.HostConfig as never));

  beforeAll(async () => {
    const local = await localHandle("rack");
    host = { ...local, record: createRecordStore(local.docker, { clock, dir: recordDir }) };
    const image = "debian:bookworm-slim";
    const idle = ["sleep", "infinity"];
    const input = {
      name: `cis${randomBytes(2).toString("hex")}`,
      services: {
        plain: { image, command: idle },
        full: {
          image,
          command: idle,
          user: "33",
          volumes: { data: "/data" },
          secrets: { pw: "x" },
          configs: { "/etc/app": { text: "a" } },
          ports: [`${await freePort()}:8080`],
        },
      },
      volumes: { data: {} },
    };
    await applyWorkload(requestFor(input, { identity, host, clock }));
    const find = async (service: string) => {
      const [found] = await host.docker.listContainers({
        label: [`${label.identity}=${identity}`, `${label.service}=${service}`],
      });
      const inspect = await host.docker.inspectContainer(found?.Id ?? "");
      if (inspect === undefined) throw new Error(`no ${service}`);
      return inspect;
    };
    [plain, full] = [await find("plain"), await find("full")];
    const lines = (await inside("cat /proc/1/status")).split("\n");
    status = Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
  });

  afterAll(async () => {
    const filter = { label: [`${label.identity}=${identity}`] };
    for (const { Id } of await host.docker.listContainers(filter)) await host.docker.removeContainer(Id, { force: true });
    for (const { Id } of await host.docker.listNetworks(filter)) await host.docker.removeNetwork(Id);
    for (const { Name } of await host.docker.listVolumes(filter)) await host.docker.removeVolume(Name);
    await removeRecord(host.docker, recordDir);
  });

  const asAsked = (item: string, title: string, check: () => unknown) => {
    asserted.push({ item, deviates: false });
    it(`${item} ${title}`, async () => void (await check()));
  };
  /** The check asserts the deviation: one that is gone must leave the list. */
  const deviates = (item: string, title: string, check: () => unknown) => {
    asserted.push({ item, deviates: true });
    it(`${item} deviates: ${title}`, async () => void (await check()));
  };

  asAsked("5.1", "swarm mode is not enabled", async () =>
    expect(await engine.docker("info", "--format", "{{.Swarm.LocalNodeState}}")).toBe("inactive"),
  );
  asAsked("5.2", "AppArmor is not switched off, and on where the engine has it", async () => {
    expect(
      setting((it) => it.SecurityOpt)
        .flat()
        .join(),
    ).not.toContain("apparmor");
    const { securityOptions } = await host.docker.info();
    if (!securityOptions.some((it) => it.includes("apparmor"))) return;
    expect(all().map((it) => (it as { AppArmorProfile?: string }).AppArmorProfile)).toEqual(["docker-default", "docker-default"]);
    expect(await inside("cat /proc/1/attr/current")).toContain("docker-default");
  });
  asAsked("5.3", "SELinux labels are not switched off", () =>
    expect(
      setting((it) => it.SecurityOpt)
        .flat()
        .join(),
    ).not.toContain("label"),
  );
  deviates("5.4", "no capability is added, and none of Docker's default set is dropped", () => {
    expect(setting((it) => it.CapAdd ?? [])).toEqual([[], []]);
    expect([BigInt(`0x${status.CapBnd}`), BigInt(`0x${status.CapEff}`)]).toEqual([dockersCapabilities, dockersCapabilities]);
    expect(BigInt(`0x${status.CapInh}`) | BigInt(`0x${status.CapAmb}`)).toBe(0n);
  });
  asAsked("5.5", "it is not privileged", () => expect(setting((it) => it.Privileged)).toEqual([false, false]));
  asAsked("5.6", "no sensitive folder of the host is mounted", async () => {
    const ours = `${(await host.docker.info()).rootDir}/volumes/cis`;
    expect(plain.Mounts).toEqual([]);
    const sources = full.Mounts.filter(({ Type }) => Type !== "volume").map(({ Source }) => Source);
    expect(sources.filter((source) => !source.startsWith(ours))).toEqual([]);
    expect(setting((it) => it.Binds ?? [])).toEqual([[], []]);
  });
  asAsked("5.7", "no sshd runs inside, nor anything but its own process", async () =>
    expect(
      (await engine.docker("top", plain.Id, "-eo", "pid,args"))
        .split("\n")
        .slice(1)
        .map((line) => line.trim()),
    ).toEqual([expect.stringMatching(/^\d+\s+sleep infinity$/)]),
  );
  asAsked("5.8", "no privileged port is mapped", () => {
    expect(Object.values(plain.NetworkSettings.Ports ?? {}).flat()).toEqual([]);
    const published = Object.values(full.HostConfig.PortBindings as Record<string, { HostPort: string }[]>).flat();
    expect(published.map(({ HostPort }) => Number(HostPort) >= 1024)).toEqual([true]);
  });
  asAsked("5.9", "only the ports that the program names are open", () => {
    expect(Object.keys(plain.NetworkSettings.Ports ?? {})).toEqual([]);
    expect(Object.keys(full.NetworkSettings.Ports ?? {})).toEqual(["8080/tcp"]);
    expect(setting((it) => it.PublishAllPorts)).toEqual([false, false]);
  });
  asAsked("5.10", "the host's network is not shared", async () => {
    expect(setting((it) => it.NetworkMode).filter((it) => it === "host")).toEqual([]);
    expect(await namespaceOf("net")).not.toBe(readlinkSync("/proc/self/ns/net"));
  });
  deviates("5.11", "memory is not limited", () => expect(setting((it) => it.Memory)).toEqual([0, 0]));
  deviates("5.12", "the CPU priority is Docker's", () =>
    expect(setting((it) => [it.CpuShares, it.NanoCpus])).toEqual([
      [0, 0],
      [0, 0],
    ]),
  );
  deviates("5.13", "the root file system can be written", async () => {
    expect(setting((it) => it.ReadonlyRootfs)).toEqual([false, false]);
    expect(await inside("touch /written && echo yes")).toBe("yes");
  });
  deviates("5.14", "a published port is bound on all addresses", () => {
    const published = Object.values(full.HostConfig.PortBindings as Record<string, { HostIp: string }[]>).flat();
    expect(published.map(({ HostIp }) => HostIp)).toEqual([""]);
  });
  deviates("5.15", "it is restarted unless it was stopped", () =>
    expect(setting((it) => it.RestartPolicy?.Name)).toEqual(["unless-stopped", "unless-stopped"]),
  );
  asAsked("5.16", "the host's processes are not shared", async () => {
    expect(setting((it) => it.PidMode)).toEqual(["", ""]);
    expect(await namespaceOf("pid")).not.toBe(readlinkSync("/proc/self/ns/pid"));
  });
  asAsked("5.17", "the host's IPC is not shared", async () => {
    expect(setting((it) => it.IpcMode)).toEqual(["private", "private"]);
    expect(await namespaceOf("ipc")).not.toBe(readlinkSync("/proc/self/ns/ipc"));
  });
  asAsked("5.18", "no device of the host is inside", () => {
    expect(setting((it) => it.Devices ?? [])).toEqual([[], []]);
    expect(setting((it) => it.DeviceRequests ?? [])).toEqual([[], []]);
  });
  asAsked("5.19", "the daemon's ulimits are not overwritten", () => expect(setting((it) => it.Ulimits ?? [])).toEqual([[], []]));
  asAsked("5.20", "no mount is shared with the host", async () => {
    expect(full.Mounts.length).toBeGreaterThanOrEqual(4);
    // What lies in a volume of ours is bound as a slave: it sees what the host mounts below, and never the other way round.
    expect(full.Mounts.filter(({ Propagation }) => Propagation?.endsWith("shared"))).toEqual([]);
    expect(await inside("grep -c 'shared:' /proc/1/mountinfo || true", full)).toBe("0");
  });
  asAsked("5.21", "the host's UTS namespace is not shared", async () => {
    expect(setting((it) => it.UTSMode)).toEqual(["", ""]);
    expect(await namespaceOf("uts")).not.toBe(readlinkSync("/proc/self/ns/uts"));
  });
  asAsked("5.22", "the default seccomp profile filters", () => {
    expect(
      setting((it) => it.SecurityOpt)
        .flat()
        .join(),
    ).not.toContain("seccomp");
    expect(status.Seccomp).toBe("2");
  });
  asAsked("5.23", "a command run inside has no more rights than the container", async () => {
    const own = await inside("grep -E 'Cap(Eff|Bnd)|NoNewPrivs|Seccomp:' /proc/self/status");
    const first = await inside("grep -E 'Cap(Eff|Bnd)|NoNewPrivs|Seccomp:' /proc/1/status");
    expect(own).toBe(first);
  });
  asAsked("5.24", "a command run inside is the service's user", async () => expect(await inside("id -u", full)).toBe("33"));
  asAsked("5.25", "its cgroup is where Docker makes it", () => expect(setting((it) => it.CgroupParent)).toEqual(["", ""]));
  asAsked("5.26", "it cannot gain privileges", () => {
    expect(setting((it) => it.SecurityOpt)).toEqual([["no-new-privileges"], ["no-new-privileges"]]);
    expect(status.NoNewPrivs).toBe("1");
  });
  deviates("5.27", "Docker does not check its health", () =>
    expect(all().map((it) => it.State.Health)).toEqual([undefined, undefined]),
  );
  deviates("5.28", "it runs the image that was found, not whatever is the latest", () =>
    expect(all().map((it) => it.Config.Image)).toEqual([plain.Image, plain.Image]),
  );
  asAsked("5.29", "its processes are limited", async () => {
    expect(setting((it) => it.PidsLimit)).toEqual([4096, 4096]);
    const file = "/sys/fs/cgroup/pids.max";
    expect(await inside(`cat ${file} 2>/dev/null || cat /sys/fs/cgroup/pids/pids.max`)).toBe("4096");
  });
  asAsked("5.30", "it is not on docker0", () => {
    const networks = all().map((it) => Object.keys(it.NetworkSettings.Networks));
    expect(networks.flat().filter((name) => !name.startsWith("cis"))).toEqual([]);
  });
  asAsked("5.31", "the host's user namespace is not asked for", () => expect(setting((it) => it.UsernsMode)).toEqual(["", ""]));
  asAsked("5.32", "Docker's socket is not inside", async () => {
    expect(
      all()
        .flatMap((it) => it.Mounts.map(({ Source }) => Source))
        .filter((it) => it.endsWith(".sock")),
    ).toEqual([]);
    expect(await inside("ls /var/run/docker.sock /run/docker.sock 2>/dev/null || true")).toBe("");
  });

  it("is told item by item in docs/cis.md, each deviation with its reason", () => {
    expect(asserted.map(({ item }) => item)).toEqual(Array.from({ length: 32 }, (_, i) => `5.${i + 1}`));
    expect(rows.map(({ item, verdict }) => ({ item, deviates: verdict === "deviates" }))).toEqual(asserted);
    expect(rows.filter(({ how }) => !how || how.length < 8).map(({ item }) => item)).toEqual([]);
    expect(rows.map(({ verdict }) => verdict).filter((it) => it !== "deviates" && it !== "as asked")).toEqual([]);
  });
});
