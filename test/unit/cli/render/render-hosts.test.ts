import type { HostReport } from "../../../../sdk/cli/fleet/host-report";
import { plainPaint } from "../../../../sdk/cli/render/paint";
import { renderHost } from "../../../../sdk/cli/render/render-host";
import { renderHosts } from "../../../../sdk/cli/render/render-hosts";
import { DrayageError } from "../../../../sdk/spec/drayage-error";
import { hostTraits } from "../../../../sdk/spec/host-traits";

const shouting = { ...plainPaint, red: (text: string) => `!!${text}`, yellow: (text: string) => `!${text}` };
const rack: HostReport = {
  name: "rack",
  address: "deploy@10.0.0.11",
  machineId: "m1",
  engineId: "e1",
  hostKeys: [{ key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0", source: "known_hosts" }],
  traits: hostTraits({ endpoint: { kind: "dns", address: "shop.example" }, privateAddress: "10.1.0.4", gpus: 1 }),
  measured: {
    machineId: "m1",
    engineId: "e1",
    engineVersion: "20.10.24",
    apiVersion: "1.41",
    minApiVersion: "1.12",
    arch: "amd64",
    os: "linux",
    osName: "Debian GNU/Linux 12 (bookworm)",
    osVersion: "12",
    kernel: "6.1.0",
    cgroupVersion: "2",
    storageDriver: "overlay2",
    imageStore: "graphdriver",
    rootDir: "/var/lib/docker",
    cpus: 2,
    memoryBytes: 4e9,
    gpuRuntime: false,
    liveRestore: true,
  },
  now: {
    clockOffsetMs: 12,
    clockErrorMs: 3,
    load: [0.42, 0.3, 0.21],
    memoryBytes: 4e9,
    availableMemoryBytes: 3e9,
    uptimeSeconds: 259_200,
    data: { path: "/var/lib/docker/volumes", fsType: "ext4", totalBytes: 1e11, freeBytes: 4e10, freeInodes: 1 },
  },
  replaced: false,
  workloads: [
    { workload: "shop", identity: "a", state: "serving", running: 3, containers: 3 },
    { workload: "blog", identity: "b", state: "serving", running: 1, containers: 1, foreignOwner: { project: "x", stack: "y" } },
  ],
  data: [
    {
      name: "shop-visits",
      host: "rack",
      workload: "shop",
      identity: "a",
      volume: "visits",
      state: "superseded",
      protect: false,
      since: "1970-01-01T00:00:00Z",
      usedBy: [],
      bytes: 1.2e9,
    },
  ],
  errors: [],
};
const silent: HostReport = {
  name: "cloud",
  address: "10.0.0.12",
  machineId: "",
  hostKeys: [],
  traits: hostTraits(),
  replaced: false,
  workloads: [],
  data: [],
  errors: [new DrayageError("HOST_TIMEOUT", "no answer")],
};
const threeDays = 3 * 86_400_000;
const rows = (hosts: readonly HostReport[], paint = plainPaint) =>
  renderHosts(hosts, threeDays, paint)
    .split("\n")
    .map((line) => line.split(/ {2,}/));

describe("the table of hosts", () => {
  it("has a line for each, also for one that does not answer, and what is kept below", () => {
    expect(rows([rack, silent])).toEqual([
      ["HOST", "ADDRESS", "SYSTEM", "ARCH", "ENGINE", "LOAD", "MEMORY", "DATA", "CLOCK", "RUNS"],
      [
        ...["rack", "deploy@10.0.0.11", "Debian 12 (bookworm)", "amd64", "20.10.24", "0.42 of 2", "1.0 GB of 4.0 GB"],
        ...["40.0 GB free of 100 GB", "in time", "shop, +1 of other stacks"],
      ],
      ["cloud", "10.0.0.12", "unreachable: HOST_TIMEOUT", "-", "-", "-", "-", "-", "-", "-"],
      [""],
      ["KEPT DATA", "OF", "HOST", "STATE", "SINCE", "SIZE"],
      ["shop-visits", "shop/visits", "rack", "superseded", "3 d", "1.2 GB"],
    ]);
  });

  const now = rack.now as NonNullable<HostReport["now"]>;
  it.each<[string, Partial<HostReport>, string]>([
    ["a load above its CPUs", { now: { ...now, load: [2.5, 0, 0] } }, "!2.50 of 2"],
    ["a load far above", { now: { ...now, load: [9, 0, 0] } }, "!!9.00 of 2"],
    ["little memory", { now: { ...now, availableMemoryBytes: 1e8 } }, "!!3.9 GB of 4.0 GB"],
    ["little room", { now: { ...now, data: { ...now.data, freeBytes: 1e10 } } }, "!10.0 GB free of 100 GB"],
    ["a clock that is ahead", { now: { ...now, clockOffsetMs: 3200 } }, "!+3.2 s"],
    ["a clock that is far behind", { now: { ...now, clockOffsetMs: -90_000 } }, "!!-1 min 30 s"],
    ["another machine", { replaced: true }, "!!another machine than before"],
    ["a service that is down", { workloads: [{ ...rack.workloads[0], running: 2 } as never] }, "!!shop (2 of 3)"],
  ])("marks %s", (_, more, cell) => {
    expect(rows([{ ...rack, ...more }], shouting)[1]).toContain(cell);
  });
});

describe("the block of one host", () => {
  it("says all that is known, and who vouches for its key", () => {
    expect(renderHost(rack, threeDays, plainPaint).split("\n")).toEqual([
      "rack  deploy@10.0.0.11",
      "  machine   Debian GNU/Linux 12 (bookworm), kernel 6.1.0, amd64, 2 CPUs, 4.0 GB; up 3 d",
      "  engine    20.10.24, API 1.12 to 1.41, overlay2, cgroup 2, live-restore on",
      "  now       load 0.42 0.30 0.21; memory 1.0 GB of 4.0 GB; clock in time (+12 ms, known to 3 ms)",
      "  data      40.0 GB free of 100 GB at /var/lib/docker/volumes (ext4); goes with the machine",
      "  identity  machine m1, engine e1",
      expect.stringMatching(/^ {2}host key {2}ssh-ed25519 SHA256:[A-Za-z0-9+/]{43} \(known_hosts\)$/),
      "  offers    clients dial shop.example (dns, can follow a workload); private 10.1.0.4; 1 GPU",
      "  runs      shop, 3 of 3 running",
      "  runs      blog (stack y of x), 1 of 1 running",
      "  keeps     shop-visits (shop/visits), superseded for 3 d, 1.2 GB",
    ]);
  });

  it("of one that does not answer says what the state knows", () => {
    expect(renderHost(silent, 0, plainPaint).split("\n")).toEqual([
      "cloud  10.0.0.12",
      "  unreachable: HOST_TIMEOUT",
      "  identity  machine not known yet, engine not known yet",
      "  offers    clients dial its address (stays with the machine)",
    ]);
  });
});
