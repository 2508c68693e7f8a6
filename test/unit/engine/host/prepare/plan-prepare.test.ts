import { planPrepare, planUnseen } from "../../../../../sdk/engine/host/prepare/plan-prepare";
import { formatPlan } from "../../../../../sdk/engine/plan/format-plan";
import type { PrepareInput } from "../../../../../sdk/spec/prepare";
import {
  amazon,
  blankDisk,
  daemonJson,
  defaults,
  device,
  type Facts,
  machine,
  mountedDisk,
  runningEngine,
  spec,
  ubuntu,
  unmountedDisk,
  withDisk,
} from "./machines";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const plan = (facts: Facts, input: PrepareInput = {}) => planPrepare("rack", machine(facts), spec(input));
const text = (facts: Facts, input?: PrepareInput) => formatPlan(plan(facts, input));
const operations = (facts: Facts, input?: PrepareInput) => plan(facts, input).operations.map(({ id }) => id);
const prepared = { ...runningEngine, ...daemonJson(defaults) };
const onDisk = {
  ...prepared,
  ...mountedDisk,
  ...daemonJson({ ...defaults, "data-root": "/srv/data/docker" }),
  dataRoot: "/srv/data/docker",
  dataRootUsed: "yes",
  recordUsed: "yes",
};

describe("the plan of a bare machine", () => {
  it("puts disk and configuration before the engine, which starts as soon as it is installed", () => {
    expect(text({ ...blankDisk }, withDisk)).toBe(`+ format disk: ${device} is blank [data]
~ mount disk: not mounted [data]
~ guard engine: it would start without its disk
~ arrange shutdown: containers would be killed with the machine
+ write daemon.json: not there
+ install engine: none is installed
+ start engine: now and at every boot
~ join group: deploy is not in the group docker
  note: whoever logs in as deploy is as good as root then: that is what the group docker means`);
    expect(plan(blankDisk, withDisk).operations.map(({ dependsOn }) => dependsOn.join())).toEqual([
      "",
      "format disk",
      "mount disk",
      "guard engine",
      "arrange shutdown",
      "write daemon.json",
      "install engine",
      "start engine",
    ]);
  });

  it("needs no group for root, and no disk where none is named", () => {
    expect(operations({ user: "root", groups: "root" })).toEqual([
      "arrange shutdown",
      "write daemon.json",
      "install engine",
      "start engine",
    ]);
  });

  it.each<[string, string, PrepareInput["engine"], Record<string, unknown>]>([
    ["Debian, distro", "", {}, { manager: "apt", packages: "docker.io iptables" }],
    ["Ubuntu, distro, pinned", ubuntu, { version: "26.1" }, { manager: "apt", packages: "docker.io iptables", version: "26.1" }],
    [
      "Ubuntu, docker-ce",
      ubuntu,
      { from: "docker", version: "27.3.1" },
      {
        manager: "apt",
        packages: "docker-ce docker-ce-cli containerd.io iptables",
        repository: "https://download.docker.com/linux/ubuntu",
        suite: "noble",
        keyHash: expect.stringMatching(/^1500c1f5[0-9a-f]{56}$/),
        version: "27.3.1",
      },
    ],
    ["Amazon Linux 2023", amazon, {}, { manager: "dnf", packages: "docker" }],
  ])("installs what the distribution has: %s", (_, os, engine, detail) => {
    const facts = os === "" ? {} : { "osRelease:": base64(os) };
    const install = plan(facts, { engine: engine ?? {} }).operations.find(({ id }) => id === "install engine");
    expect(install?.detail).toEqual(detail);
  });

  it("gets what loads profiles where the kernel wants profiles", () => {
    const install = plan({ apparmor: "missing" }).operations.find(({ id }) => id === "install engine");
    expect(install?.detail.packages).toBe("docker.io iptables apparmor");
  });

  it("formats with tools that it installs first where they are missing", () => {
    const xfs = { dataDisk: { device, filesystem: "xfs" as const } };
    expect(operations({ ...blankDisk, mkfs: undefined }, xfs).slice(0, 2)).toEqual(["install tools", "format disk"]);
  });

  it.each([
    ["an unknown distribution", { "osRelease:": base64("ID=alpine\nVERSION_ID=3.20\nPRETTY_NAME=Alpine\n") }, {}],
    ["a release whose engine is too old", { "osRelease:": base64("ID=debian\nVERSION_ID=10\n") }, {}],
    ["docker-ce for Amazon Linux", { "osRelease:": base64(amazon) }, { engine: { from: "docker" as const } }],
    ["no systemd", { systemd: undefined }, {}],
    ["Docker from a snap", { snap: "yes" }, {}],
  ])("is refused with %s", (_, facts, input) => {
    expect(() => plan(facts, input)).toThrow(expect.objectContaining({ code: "HOST_UNSUPPORTED", subject: "rack" }));
  });
});

describe("the plan of a prepared machine", () => {
  it("is empty", () => {
    expect(text(prepared)).toBe("no changes");
    expect(text(onDisk, withDisk)).toBe("no changes");
    expect(plan(onDisk, withDisk).kind).toBe("none");
  });

  it("leaves an engine of unknown origin, on a distribution of unknown packages, and configures it", () => {
    const own = { ...runningEngine, package: undefined, "osRelease:": base64("ID=nixos\n") };
    expect(operations(own)).toEqual(["write daemon.json", "restart engine"]);
    expect(operations(own, { engine: { version: "27" } })).toEqual(["write daemon.json", "restart engine"]);
  });

  it.each<[string, Facts, string]>([
    [
      "a changed daemon.json",
      daemonJson({ ...defaults, "live-restore": false }),
      "~ change daemon.json: live-restore is false\n~ restart engine: daemon.json changes",
    ],
    ["one that was written and not taken up", { daemonStale: "yes" }, "~ restart engine: daemon.json is newer than it"],
    ["a changed script", { "shutdownScript:": base64("#!/bin/sh\n") }, "~ arrange shutdown: its files differ"],
    ["a stopped engine", { unitActiveState: "inactive" }, "+ start engine: not running"],
    ["a disabled engine", { unitUnitFileState: "disabled" }, "~ enable engine: it would not start at boot"],
    [
      "a user who left the group",
      { groups: "deploy" },
      "~ join group: deploy is not in the group docker\n  note: whoever logs in as deploy is as good as root then: that is what the group docker means",
    ],
  ])("shows %s", (_, facts, expected) => {
    expect(text({ ...prepared, ...facts })).toBe(expected);
  });

  it.each<[string, Facts, string[]]>([
    ["a missing drop-in", { "guard:": undefined }, ["guard engine"]],
    ["a changed drop-in", { "guard:": base64("[Unit]\n") }, ["guard engine"]],
    ["one that systemd has not read", { unitNeedDaemonReload: "yes" }, ["guard engine"]],
    ["a changed mount unit", { "mountUnit:": base64("[Mount]\n") }, ["mount disk"]],
    ["a record that is not on the disk", { recordNumber: "254:1", recordUsed: undefined }, ["mount disk", "restart engine"]],
  ])("shows what became of its disk: %s", (_, facts, expected) => {
    expect(operations({ ...onDisk, ...facts }, withDisk)).toEqual(expected);
  });

  it("replaces an engine only for a version that it does not have, and says when that may stop containers", () => {
    const wanted = { engine: { version: "26.1" } };
    expect(text({ ...prepared, running: "2" }, wanted)).toBe(
      "+ install engine: 20.10.24+dfsg1-1+deb12u1 is installed, 26.1 is wanted !",
    );
    expect(text({ ...prepared, package: "docker.io 5:26.1.5-1" }, wanted)).toBe("no changes");
    expect(text({ ...prepared, package: "docker-ce 5:24.0.9-1" }, wanted)).toBe("no changes");
  });

  it("arranges no shutdown for containers that Docker itself stops", () => {
    const stopped = { ...prepared, ...daemonJson({ ...defaults, "live-restore": false }), "shutdownUnit:": undefined };
    expect(text(stopped, { liveRestore: false })).toBe("no changes");
  });

  it("says when a restart stops containers", () => {
    const [, restart] = plan({ ...prepared, running: "2" }, { liveRestore: false }).operations;
    expect(restart).toMatchObject({ id: "restart engine", destructive: true });
    const [, harmless] = plan({ ...prepared, ...daemonJson("{}"), running: "2" }).operations;
    expect(harmless).toMatchObject({ id: "restart engine", destructive: false });
  });

  it("is refused with an engine that is too old", () => {
    expect(() => plan({ ...prepared, package: "docker.io 19.03.8" })).toThrow(
      expect.objectContaining({ code: "DOCKER_TOO_OLD" }),
    );
  });
});

describe("a data disk", () => {
  const refused = (facts: Facts) => {
    try {
      plan({ ...blankDisk, ...facts }, withDisk);
    } catch (error) {
      return error as { code: string; message: string; hint: string };
    }
    throw new Error("was accepted");
  };

  it("of a former machine is taken over, never formatted", () => {
    const again = text(unmountedDisk, withDisk);
    expect(again).not.toContain("format disk");
    expect(again).toContain(`note: ${device} was formatted by drayage before: what is on it is taken over`);
  });

  it.each<[string, Facts, string]>([
    ["missing", { disk: "missing" }, "there is no"],
    ["no block device", { disk: "other" }, "no block device"],
    ["one with a foreign file system", { diskProbe: "0", diskType: "ext4", diskLabel: "photos" }, 'ext4 "photos"'],
    ["one with a file system of no name", { diskProbe: "0", diskType: "xfs" }, "holds xfs"],
    ["part of something larger", { diskProbe: "0", diskType: "LVM2_member" }, "LVM2_member"],
    ["partitioned", { diskProbe: "0", diskTable: "gpt" }, "partition table (gpt)"],
    ["one with parts that no signature tells of", { diskParts: "2" }, "parts of its own"],
    ["ambiguous", { diskProbe: "8" }, "contradictory signatures"],
    ["without a signature and yet not empty", { diskZero: undefined }, "data without a signature"],
    ["unreadable, of which blkid says what it says of a blank one", { diskZero: "unread" }, "cannot be read"],
    ["of another file system than wanted", { ...unmountedDisk, diskType: "xfs" }, "formatted as xfs"],
    ["mounted elsewhere", { ...unmountedDisk, diskMount: "/mnt/old" }, "mounted at /mnt/old"],
    ["to be mounted over another", { mountNumber: "254:3" }, "something else is mounted"],
    ["to be mounted over files", { mountPointUsed: "yes" }, "not empty"],
    ["in fstab already", { fstab: "UUID=1" }, "/etc/fstab"],
    ["to hide what Docker has", { dataRootUsed: "yes" }, "containers or volumes in /var/lib/docker"],
    ["to hide a host record", { recordUsed: "yes" }, "host record"],
  ])("that is %s is refused, and nothing is formatted", (_, facts, message) => {
    expect(refused(facts)).toMatchObject({
      code: "DISK_REFUSED",
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\w/),
    });
  });

  it("named in a way that may mean another disk tomorrow is said to be", () => {
    expect(text(blankDisk, { dataDisk: { device: "/dev/sdb" } })).toContain("note: /dev/sdb may be another disk after a restart");
  });
});

describe("the plan of a machine that does not exist yet", () => {
  it("is that of an untouched one, with the same names, so that a person agrees to what an up will do", () => {
    const unseen = planUnseen("rack", spec(withDisk)).operations;
    const seen = plan(blankDisk, withDisk).operations;
    const facts = ({ id, destructive, touchesData }: (typeof seen)[number]) => ({ id, destructive, touchesData });
    expect(unseen.map(facts)).toEqual(seen.map(facts));
  });
});
