import type { Problem } from "../../../sdk/spec/drayage-error";
import { Place } from "../../../sdk/spec/place";
import { readPrepare } from "../../../sdk/spec/prepare";
import { UNKNOWN } from "../../../sdk/spec/unknown";

function read(input: unknown, allowUnknown = false) {
  const problems: Problem[] = [];
  const spec = readPrepare(input, Place.root(problems, { allowUnknown }).key("prepare"));
  return { spec, problems: problems.map(({ path, reason }) => `${path}: ${reason}`) };
}

describe("prepare", () => {
  it("of nothing is a host with defaults", () => {
    expect(read({})).toEqual({
      problems: [],
      spec: {
        engine: { from: "distro" },
        logging: { driver: "json-file", options: { "max-file": "3", "max-size": "10m" } },
        liveRestore: true,
        addressPools: [{ base: "10.214.0.0/16", size: 24 }],
        daemon: {},
      },
    });
  });

  it("of everything is read as written", () => {
    const { spec, problems } = read({
      engine: { from: "docker", version: "27.3" },
      dataDisk: { device: "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a1b", mountPoint: "/data", filesystem: "xfs" },
      logging: { driver: "local" },
      liveRestore: false,
      addressPools: [{ base: "172.30.0.0/15", size: 26 }],
      daemon: { "registry-mirrors": ["https://mirror.example"], mtu: 1450 },
    });
    expect(problems).toEqual([]);
    expect(spec).toMatchObject({
      engine: { from: "docker", version: "27.3" },
      dataDisk: { mountPoint: "/data", filesystem: "xfs" },
      logging: { driver: "local" },
      liveRestore: false,
      daemon: { mtu: 1450 },
    });
  });

  it("may wait for a disk's name in a preview", () => {
    expect(read({ dataDisk: { device: UNKNOWN } }, true)).toMatchObject({
      problems: [],
      spec: { dataDisk: { device: UNKNOWN } },
    });
  });

  it.each<[unknown, string]>([
    [{ engine: { from: "snap" } }, "prepare.engine.from"],
    [{ engine: { version: "$(id)" } }, "prepare.engine.version"],
    [{ engine: { version: "-o" } }, "prepare.engine.version"],
    [{ dataDisk: {} }, "prepare.dataDisk.device"],
    [{ dataDisk: { device: "sdb" } }, "prepare.dataDisk.device"],
    [{ dataDisk: { device: "/dev/../etc/passwd" } }, "prepare.dataDisk.device"],
    [{ dataDisk: { device: "/dev/sd b" } }, "prepare.dataDisk.device"],
    [{ dataDisk: { device: '/dev/s"; reboot; "' } }, "prepare.dataDisk.device"],
    [{ dataDisk: { device: "/dev/sdb", mountPoint: "/" } }, "prepare.dataDisk.mountPoint"],
    [{ dataDisk: { device: "/dev/sdb", mountPoint: "/etc/data" } }, "prepare.dataDisk.mountPoint"],
    [{ dataDisk: { device: "/dev/sdb", mountPoint: "/var/lib/docker" } }, "prepare.dataDisk.mountPoint"],
    [{ dataDisk: { device: "/dev/sdb", mountPoint: "/srv/../etc" } }, "prepare.dataDisk.mountPoint"],
    [{ dataDisk: { device: "/dev/sdb", filesystem: "btrfs" } }, "prepare.dataDisk.filesystem"],
    [{ addressPools: [{ base: "10.0.0.0/8" }] }, "prepare.addressPools[0]"],
    [{ addressPools: [{ base: "10.0.0.1/8", size: 24 }] }, "prepare.addressPools[0].base"],
    [{ addressPools: [{ base: "10.0.0.0/16", size: 12 }] }, "prepare.addressPools[0].size"],
    [{ daemon: { hosts: ["tcp://0.0.0.0:2375"] } }, "prepare.daemon.hosts"],
    [{ daemon: { "log-driver": "none" } }, "prepare.daemon.log-driver"],
    [{ daemon: { "userns-remap": "default" } }, "prepare.daemon.userns-remap"],
    [{ daemon: [] }, "prepare.daemon"],
    [{ engines: {} }, "prepare.engines"],
  ])("says where it is wrong: %j", (input, path) => {
    expect(read(input).problems).toEqual([expect.stringContaining(`${path}: `)]);
  });
});
