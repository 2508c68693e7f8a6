import type { ContainerInspect } from "../../../../sdk/engine/docker/docker-engine";
import { type HostNames, observedConfiguration } from "../../../../sdk/engine/receipt/observed-configuration";
import { diffFields } from "../../../../sdk/engine/workload/diff-fields";

const id = "0123456789ab".padEnd(64, "c");
const volume = (name: string, kind: "volume" | "secrets" | "configs" = "volume") => ({ name, kind, mountpoint: `/m/${name}` });
const names = (prefix: string): HostNames => ({
  volumes: {
    [`${prefix}-data`]: volume("data"),
    [`${prefix}-sec`]: volume("sec", "secrets"),
    [`${prefix}-cfg`]: volume(`${prefix}-cfg`, "configs"),
  },
  networks: { [`${prefix}-default`]: "default" },
  services: { [`${prefix}web`]: "web" },
  secretVariables: ["PW"],
});
const mounts = (prefix: string) => [
  { Type: "volume", Name: `${prefix}-data`, Source: `/x/${prefix}`, Destination: "/data", RW: true, Mode: prefix },
  { Type: "volume", Name: `${prefix}-sec`, Source: "", Destination: "/run/secrets", RW: false },
  { Type: "volume", Name: `${prefix}-cfg`, Source: "", Destination: "/run/configs", RW: false },
  { Type: "bind", Source: `/m/${prefix}-cfg/c0`, Destination: "/etc/app", RW: false, Propagation: "rslave" },
  { Type: "bind", Source: "/srv/files", Destination: "/files", RW: true, Propagation: "rprivate" },
  { Type: "volume", Name: prefix.charCodeAt(0).toString(16).repeat(32), Source: "", Destination: "/anonymous", RW: true },
];

/** As an engine of 2020 tells it. */
const old = {
  Id: id,
  Config: {
    User: "",
    Hostname: "api",
    Domainname: "",
    Env: ["PATH=/bin", "A=1=2", "PW=secret"],
    Cmd: ["run"],
    Labels: { "dev.drayage.identity": "one", team: "x" },
    StopTimeout: 10,
    Tty: false,
    Healthcheck: { Test: ["CMD", "ok"], Interval: 5e9 },
    ExposedPorts: { "80/tcp": {} },
  },
  HostConfig: {
    NetworkMode: "one-default",
    PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "8080" }] },
    RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
    LogConfig: { Type: "json-file", Config: { "max-size": "10m" } },
    Memory: 0,
    MemorySwap: 0,
    NanoCpus: 500_000_000,
    PidsLimit: 4096,
    CapAdd: ["NET_ADMIN"],
    CapDrop: null,
    Ulimits: null,
    Devices: [],
    ExtraHosts: [],
    SecurityOpt: ["no-new-privileges"],
    Init: false,
    ReadonlyRootfs: false,
    Privileged: false,
    ShmSize: 67_108_864,
    IpcMode: "private",
    PidMode: "",
    CgroupnsMode: "host",
    OomKillDisable: false,
    Runtime: "runc",
    MaskedPaths: ["/proc/kcore"],
    Mounts: [{ Type: "tmpfs", Target: "/scratch", TmpfsOptions: { SizeBytes: 1024, Mode: 0o1777 } }],
  },
  NetworkSettings: { Networks: { "one-default": { Aliases: ["api", id.slice(0, 12)], IPAddress: "10.213.0.2" } } },
  Mounts: mounts("one"),
};

/** The same container as a later engine on another host tells it. */
const later = {
  ...old,
  Id: "f".repeat(64),
  Config: {
    ...old.Config,
    Labels: { "dev.drayage.identity": "two", team: "x" },
    Entrypoint: null,
    Env: ["A=1=2", "PATH=/bin", "PW=other"],
  },
  HostConfig: {
    ...old.HostConfig,
    NetworkMode: "two-default",
    CapAdd: ["CAP_NET_ADMIN"],
    Ulimits: [],
    Devices: null,
    DeviceRequests: null,
    Init: null,
    CgroupnsMode: "private",
    OomKillDisable: null,
    MaskedPaths: ["/proc/kcore", "/sys/devices/virtual/powercap"],
  },
  NetworkSettings: { Networks: { "two-default": { Aliases: ["api"], DNSNames: ["api", "ffff"], IPAddress: "10.213.7.9" } } },
  Mounts: mounts("two"),
};

const configurationOf = (inspect: object, prefix = "one") => observedConfiguration(inspect as ContainerInspect, names(prefix));

describe("what inspect tells of a container", () => {
  it("is equal of two engines that run it alike, but for what the engine decides", () => {
    const different = diffFields(configurationOf(old), configurationOf(later, "two")).map(({ path }) => path);
    expect(different).toEqual(["cgroupNamespace", "maskedPaths"]);
  });

  it("is told in the words of the program, without values of secrets", () => {
    const configuration = configurationOf(old);
    expect(configuration).toMatchObject({
      environment: { A: "1=2", PATH: "/bin" },
      labels: { team: "x" },
      cpus: 0.5,
      ports: { "8080:80/tcp": "" },
      networks: { default: { aliases: ["api"] } },
      mounts: {
        "/data": { type: "volume", volume: "data", readOnly: false },
        "/run/secrets": { type: "secrets" },
        "/etc/app": { type: "config", readOnly: true },
        "/files": { type: "bind", source: "/srv/files" },
        "/scratch": { type: "tmpfs", sizeBytes: 1024, mode: "1777" },
      },
    });
    expect(JSON.stringify(configuration)).not.toContain('secret"');
    expect(configuration.environment as object).not.toHaveProperty("PW");
  });

  it.each<[string, object, string[]]>([
    ["privileged", { Privileged: true }, ["privileged"]],
    ["another seccomp profile", { SecurityOpt: ["no-new-privileges", "seccomp=unconfined"] }, ["securityOptions"]],
    ["the host's processes", { PidMode: "host" }, ["processNamespace"]],
    ["a limit", { Memory: 1e6, MemorySwap: 2e6 }, ["memoryBytes", "memorySwapBytes"]],
    ["another policy", { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 } }, ["restart"]],
    ["no limit of processes", { PidsLimit: null }, ["pids"]],
    ["loopback", { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] } }, ["ports.8080:80/tcp"]],
    ["another port", { PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "81" }] } }, ["ports.8080:80/tcp", "ports.81:80/tcp"]],
  ])("shows %s", (_, change, paths) => {
    const changed = { ...old, HostConfig: { ...old.HostConfig, ...change } };
    expect(diffFields(configurationOf(old), configurationOf(changed)).map(({ path }) => path)).toEqual(paths);
  });

  it("names the service whose network is shared, and no host's name", () => {
    const shared = {
      ...old,
      HostConfig: { ...old.HostConfig, NetworkMode: "container:oneweb" },
      NetworkSettings: { Networks: {} },
    };
    expect(configurationOf(shared)).toMatchObject({ networkMode: "service:web" });
    expect(configurationOf(shared)).not.toHaveProperty("hostname");
  });
});
