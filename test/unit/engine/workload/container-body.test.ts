import { containerBody } from "../../../../sdk/engine/workload/container-body";
import type { VolumePlaces } from "../../../../sdk/engine/workload/container-mounts";
import { wantedWorkload } from "../../../../sdk/engine/workload/wanted-workload";
import type { ServiceInput } from "../../../../sdk/spec/service";
import type { VolumeInput } from "../../../../sdk/spec/volume";
import { normalised } from "../../../support/workload-requests";

function bodyOf(
  service: Partial<ServiceInput>,
  more: { volumes?: Record<string, VolumeInput>; places?: Partial<VolumePlaces>; networks?: object } = {},
) {
  const input = {
    name: "shop",
    services: { web: { image: "web:1", ...service }, other: { image: "other:1" } },
    volumes: more.volumes ?? {},
    ...(more.networks && { networks: more.networks }),
  };
  const { services } = wantedWorkload({ identity: "ab".repeat(16), secretKey: "key", ...normalised(input as never) });
  const web = services.find((one) => one.name === "web");
  if (!web) throw new Error("no service");
  return containerBody(web.container, {
    imageId: "sha256:1",
    labels: { "dev.drayage.kind": "container" },
    stopGracePeriodMs: web.spec.stopGracePeriodMs,
    volumes: { data: {}, ...more.places },
    secretEnvironment: {},
    networkOf: "id-other",
    aliases: [],
  });
}

describe("containerBody", () => {
  it("gives safe defaults, and no restart before the gate", () => {
    expect(bodyOf({})).toEqual({
      Image: "sha256:1",
      Hostname: "web",
      StopTimeout: 10,
      Env: [],
      Labels: { "dev.drayage.kind": "container" },
      ExposedPorts: {},
      NetworkingConfig: { EndpointsConfig: { "shop-ababab-default": {} } },
      HostConfig: {
        NetworkMode: "shop-ababab-default",
        RestartPolicy: { Name: "no" },
        Mounts: [],
        PortBindings: {},
        SecurityOpt: ["no-new-privileges"],
        PidsLimit: 4096,
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
        Init: false,
        ReadonlyRootfs: false,
        CapAdd: [],
        CapDrop: [],
        Ulimits: [],
        Sysctls: {},
        Devices: [],
        ShmSize: 67_108_864,
        ExtraHosts: [],
      },
    });
  });

  it.each<[Partial<ServiceInput>, object]>([
    [{ command: ["a", "b c"] }, { Cmd: ["a", "b c"] }],
    [{ entrypoint: ["/run"] }, { Entrypoint: ["/run"] }],
    [{ environment: { B: "2", A: 1 } }, { Env: ["A=1", "B=2"] }],
    [
      { user: "app:app", workingDir: "/srv", stopSignal: "SIGINT", stopGracePeriod: "1m" },
      { User: "app:app", WorkingDir: "/srv", StopSignal: "SIGINT", StopTimeout: 60 },
    ],
    [{ labels: { team: "a" } }, { Labels: { team: "a", "dev.drayage.kind": "container" } }],
    [
      { healthcheck: { command: "curl -f x", interval: "5s", timeout: "2s", retries: 4, startPeriod: "10s" } },
      { Healthcheck: { Test: ["CMD-SHELL", "curl -f x"], Interval: 5e9, Timeout: 2e9, Retries: 4, StartPeriod: 1e10 } },
    ],
    [{ healthcheck: { command: ["pg_isready"] } }, { Healthcheck: { Test: ["CMD", "pg_isready"] } }],
    [{ healthcheck: { disable: true } }, { Healthcheck: { Test: ["NONE"] } }],
    [
      { ports: ["127.0.0.1:8080:80", "8443:443", "53:53/udp"] },
      {
        ExposedPorts: { "80/tcp": {}, "443/tcp": {}, "53/udp": {} },
        HostConfig: {
          PortBindings: {
            "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }],
            "443/tcp": [{ HostIp: "", HostPort: "8443" }],
            "53/udp": [{ HostIp: "", HostPort: "53" }],
          },
        },
      },
    ],
    [
      { memory: "64m", cpus: 0.5, pids: -1, shmSize: "1m" },
      { HostConfig: { Memory: 67_108_864, NanoCpus: 5e8, PidsLimit: -1, ShmSize: 1_048_576 } },
    ],
    [
      { capAdd: ["NET_ADMIN"], capDrop: ["ALL"], init: true, readOnly: true, allowNewPrivileges: true },
      { HostConfig: { CapAdd: ["NET_ADMIN"], CapDrop: ["ALL"], Init: true, ReadonlyRootfs: true, SecurityOpt: [] } },
    ],
    [
      { ulimits: { nofile: { soft: 1, hard: 2 } }, sysctls: { "net.core.somaxconn": 9 } },
      { HostConfig: { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }], Sysctls: { "net.core.somaxconn": "9" } } },
    ],
    [
      { devices: ["/dev/a:/dev/b:r"] },
      { HostConfig: { Devices: [{ PathOnHost: "/dev/a", PathInContainer: "/dev/b", CgroupPermissions: "r" }] } },
    ],
    [{ gpus: "all" }, { HostConfig: { DeviceRequests: [{ Count: -1, Capabilities: [["gpu"]] }] } }],
    [{ extraHosts: { gate: "host-gateway" } }, { HostConfig: { ExtraHosts: ["gate:host-gateway"] } }],
    [{ logging: { driver: "journald" } }, { HostConfig: { LogConfig: { Type: "journald", Config: {} } } }],
    [{ networkMode: "none" }, { HostConfig: { NetworkMode: "none" } }],
    [
      { tmpfs: { "/tmp": { size: "1m" } } },
      { HostConfig: { Mounts: [{ Type: "tmpfs", Target: "/tmp", TmpfsOptions: { Mode: 0o1777, SizeBytes: 1_048_576 } }] } },
    ],
    [
      { volumes: { "/srv/www": { path: "/www", readOnly: true } } },
      { HostConfig: { Mounts: [{ Type: "bind", Source: "/srv/www", Target: "/www", ReadOnly: true }] } },
    ],
  ])("translates %j", (service, expected) => expect(bodyOf(service)).toMatchObject(expected));

  it("gives no host name where the network is somebody else's", () => {
    expect(bodyOf({ networkMode: "host" })).not.toHaveProperty("Hostname");
    expect(bodyOf({ networkMode: "service:other" })).toMatchObject({ HostConfig: { NetworkMode: "container:id-other" } });
    expect(bodyOf({ networkMode: "service:other" })).not.toHaveProperty("Hostname");
  });

  it("mounts named volumes under their names in Docker, secrets and configs read-only from their own", () => {
    const body = bodyOf(
      {
        volumes: { data: "/data" },
        secrets: { pw: "x" },
        configs: { "/etc/app.conf": { text: "a" }, "/etc/b.conf": { text: "b" } },
      },
      {
        volumes: { data: {} },
        places: { data: { data: "shop-data" }, secrets: "shop-secrets", configs: { volume: "shop-configs", mountpoint: "/v/c" } },
      },
    );
    expect(body.HostConfig?.Mounts).toMatchObject([
      { Type: "volume", Source: "shop-data", Target: "/data", ReadOnly: false },
      { Type: "volume", Source: "shop-secrets", Target: "/run/secrets", ReadOnly: true, VolumeOptions: { NoCopy: true } },
      { Type: "volume", Source: "shop-configs", Target: "/run/configs", ReadOnly: true },
      { Type: "bind", Source: "/v/c/c0", Target: "/etc/app.conf", ReadOnly: true },
      { Type: "bind", Source: "/v/c/c1", Target: "/etc/b.conf", ReadOnly: true },
    ]);
  });

  it("names a network by its kind, because a network cannot change", () => {
    const body = bodyOf({ networks: ["back"] }, { networks: { back: { internal: true, subnet: "10.9.0.0/24" }, default: {} } });
    expect(body.HostConfig?.NetworkMode).toBe("shop-ababab-back-internal-10-9-0-0-24");
  });

  it("holds no secret in what becomes a label", () => {
    const { services } = wantedWorkload({
      identity: "ab".repeat(16),
      secretKey: "key",
      ...normalised({
        name: "shop",
        services: { web: { image: "web:1", secrets: { pw: { value: "hunter2hunter2", env: "PW" } } } },
      }),
    });
    expect(JSON.stringify(services.map((one) => one.container))).not.toContain("hunter2");
  });
});
