import type { HostHandle } from "../../../sdk/engine/host/host-handle";
import { emptyHostRecord, type HostRecord, type WorkloadRecord } from "../../../sdk/engine/record/host-record";
import { silentReport } from "../../../sdk/engine/report";
import { createLeftovers } from "../../../sdk/provider/leftovers";
import { clock, FakeHosts, FakeRoom } from "./handler-harness";

const stack = { stackUid: "uid", project: "shop", stack: "dev" };
const begun = { epoch: 1, step: "create", phase: "intent", at: "" } as const;
const entry = (more: Partial<WorkloadRecord> = {}): WorkloadRecord => ({
  name: "shop",
  owner: { ...stack, id: "shop-1" },
  epoch: 1,
  state: "serving",
  volumes: {},
  journal: [begun],
  releases: [],
  ...more,
});

describe("what killed creates left on the hosts of a run", () => {
  const known = new Set<string>();
  const room = new FakeRoom();
  let rack: HostHandle;

  const gone = new Set<string>();
  const of = (workloads: HostRecord["workloads"]) =>
    createLeftovers({
      records: () => new Map([[rack, Promise.resolve({ ...emptyHostRecord, workloads })]]),
      known: () => known,
      removed: (identity) => gone.has(identity),
      door: room,
    });
  const found = async (workloads: HostRecord["workloads"], options = {}) =>
    (await of(workloads).find(stack, options)).map(({ identity }) => identity);

  beforeEach(async () => {
    rack = await new FakeHosts({ rack: "rack" }).open({ name: "rack" });
    for (const names of [known, gone]) names.clear();
  });

  it("is what began under this stack and never settled, of workloads that program and state know nothing of", async () => {
    known.add("declared");
    gone.add("destroyed");
    const workloads = {
      left: entry(),
      declared: entry(),
      destroyed: entry(),
      settled: entry({ journal: [] }),
      moving: entry({ journal: [{ ...begun, step: "move" }] }),
      copied: entry({ owner: { ...stack, stack: "prod", id: "shop-1" } }),
    };
    expect(await found(workloads)).toEqual(["left"]);
    expect(await found(workloads, { all: true })).toEqual(["left", "declared"]);
  });

  it("is nothing that somebody works on right now", async () => {
    const lease = { epoch: 1, holder: "ann", session: "alive", since: "", purpose: "up" } as const;
    const inspectContainer = async (id: string) => ({ State: { Running: id === "alive" } });
    Object.assign(rack.docker, { inspectContainer });
    const left = { busy: entry({ lease }), dead: entry({ lease: { ...lease, session: "dead" } }) };
    expect(await found(left)).toEqual(["dead"]);
  });

  it("is removed under its identity by whoever finds it, with nothing of the program, and as it was agreed to", async () => {
    const leftovers = of({ left: entry() });
    const [left] = await leftovers.find(stack);
    const context = { report: silentReport, signal: new AbortController().signal, clock };
    const reviewed = { schemaVersion: 1, kind: "delete", subject: "shop", operations: [], outages: [], notes: [] } as const;
    const remove = jest.spyOn(room, "remove");
    await leftovers.remove(left as never, { context, reviewed });
    expect(remove.mock.calls[0]?.[0]).toMatchObject({
      identity: "left",
      owner: { ...stack, id: "" },
      leftover: true,
      spec: { name: "shop", services: {} },
      reviewed,
    });
  });
});
