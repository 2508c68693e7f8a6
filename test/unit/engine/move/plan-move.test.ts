import type { MoveFacts } from "../../../../sdk/engine/move/move-facts";
import { planMove } from "../../../../sdk/engine/move/plan-move";
import { checkPlan } from "../../../../sdk/engine/plan/check-plan";
import type { Operation, Plan } from "../../../../sdk/engine/plan/plan";

const peer = (host: string) => ({ host, machineId: `m-${host}`, engineId: `e-${host}` });

function target(kind: string, subject: string, dependsOn: readonly string[] = []): Operation {
  return {
    id: `${kind} ${subject}`,
    kind,
    subject,
    host: "cloud",
    cause: "new",
    destructive: false,
    touchesData: false,
    dependsOn,
    detail: {},
  };
}

const targetPlan: Plan = {
  schemaVersion: 1,
  kind: "create",
  subject: "shop",
  operations: [
    target("ship image", "db"),
    target("create volume", "data"),
    target("create container", "db.1", ["ship image db", "create volume data"]),
    target("start container", "db.1", ["create container db.1"]),
    target("gate container", "db.1", ["start container db.1"]),
    target("promote container", "db.1", ["gate container db.1"]),
  ],
  outages: [],
  notes: [],
};

const service = {
  stopGraceMs: 30_000,
  published: [] as string[],
  readySeconds: 0.3,
  gate: "command" as const,
  dependsOn: [] as string[],
};
const facts: MoveFacts = {
  workload: "shop",
  from: peer("rack"),
  to: peer("cloud"),
  targetPlan,
  volumes: [{ name: "data", source: "shop-data", target: "shop-data-2", bytes: 500e6, files: 1200 }],
  services: [
    { ...service, name: "api", containers: ["a1"], holdsData: false, dependsOn: ["db"] },
    { ...service, name: "db", containers: ["d1"], holdsData: true, published: ["5432"] },
  ],
  targetFreeBytes: 40e9,
  helperSeconds: 0.45,
  supersededOnTarget: [],
};

/** Everything that must have happened before an operation may start. */
function neededBy(plan: Plan, id: string): Set<string> {
  const found = new Set<string>();
  const visit = (each: string): void => {
    for (const needed of plan.operations.find((operation) => operation.id === each)?.dependsOn ?? []) {
      if (!found.has(needed)) visit(needed);
      found.add(needed);
    }
  };
  visit(id);
  return found;
}

describe("plan of a move", () => {
  const plan = planMove(facts);

  it("is a graph that can be walked", () => {
    expect(() =>
      checkPlan(plan, Object.fromEntries(plan.operations.map((each) => [each.kind, async () => undefined]))),
    ).not.toThrow();
  });

  it("starts nothing on the target before the source has ceded and the target has adopted", () => {
    const needed = neededBy(plan, "start container db.1");
    for (const id of [
      "prove exit shop",
      "fence source shop",
      "verify volumes shop",
      "record prepared shop",
      "record cede shop",
      "record adopted shop",
    ]) {
      expect(needed).toContain(id);
    }
  });

  it("stops nothing before images, containers and the live copy are ready", () => {
    const needed = neededBy(plan, "stop source api");
    for (const id of ["ship image db", "create container db.1", "copy volume data", "sync volumes shop"])
      expect(needed).toContain(id);
    expect(needed).not.toContain("stop source db");
  });

  it("cedes only after the exit is proved, the source fenced and the copy verified", () => {
    const needed = [...neededBy(plan, "record cede shop")];
    const order = [
      "stop source api",
      "stop source db",
      "prove exit shop",
      "fence source shop",
      "last pass shop",
      "verify volumes shop",
      "record prepared shop",
    ];
    expect(order.filter((id) => needed.includes(id))).toEqual(order);
  });

  it("copies into a volume only after Docker can no longer fill it from the image", () => {
    expect(neededBy(plan, "copy volume data")).toContain("create container db.1");
  });

  it("cleans the source last", () => {
    expect(neededBy(plan, "clean source shop").size).toBe(plan.operations.length - 1);
  });

  it("forecasts the outage of each published port with its parts", () => {
    expect(plan.outages.map((outage) => outage.subject)).toEqual(["db"]);
    const [outage] = plan.outages;
    const sum = (outage?.parts ?? []).reduce((total, part) => total + part.seconds, 0);
    expect(outage?.seconds).toBeCloseTo(sum);
  });

  it("makes a folder before a container mounts it, fills it while the source serves, and says what steps aside", () => {
    const folder = { name: "/srv/files", source: "/srv/files", target: "/srv/files", bytes: 10, files: 1 };
    const aside = { ...folder, folder: { aside: "/srv/files.superseded-1" } };
    const carrying = planMove({ ...facts, volumes: [...facts.volumes, aside] });
    expect(neededBy(carrying, "create container db.1")).toContain("create folder /srv/files");
    expect(neededBy(carrying, "stop source api")).toContain("copy folder /srv/files");
    const made = carrying.operations.find(({ id }) => id === "create folder /srv/files");
    expect(made).toMatchObject({ touchesData: true, cause: expect.stringContaining("/srv/files.superseded-1") });
    expect(carrying.notes.join("\n")).toMatch(
      /kept on rack: \/srv\/files, as superseded \(remove it when it is not wanted: by hand/,
    );
  });

  it("says what stays where and how to go back", () => {
    expect(plan.notes.join("\n")).toMatch(/kept on rack: shop-data, as superseded/);
    expect(plan.notes.join("\n")).toMatch(/dray move shop --back/);
  });
});

describe("plan of a move whose clients may dial the source for long", () => {
  const forward = { address: "10.0.0.12", ports: [80, 443], ways: ["10.0.0.12"] };
  const plan = planMove({ ...facts, forward, unforwarded: ["53/udp"] });

  it("has the forwarder made before the cut, and started as soon as the source has nothing to say any more", () => {
    expect(neededBy(plan, "stop source api")).toContain("create forwarder shop");
    expect(neededBy(plan, "start forwarder shop")).toContain("record cede shop");
    const waits = plan.operations.filter(({ dependsOn }) => dependsOn.includes("start forwarder shop"));
    expect(waits).toEqual([]);
  });

  it("says what is forwarded until when, and what is not", () => {
    const notes = plan.notes.join("\n");
    expect(notes).toContain("afterwards rack forwards 80, 443 to cloud, until `dray forwards rm shop`");
    expect(notes).toContain("rack does not forward 53/udp");
    expect(notes).not.toContain("does not reach");
    const cut = planMove({ ...facts, forward: { ...forward, trouble: "443: no answer" } });
    expect(cut.notes.join()).toMatch(/rack does not reach cloud at 10\.0\.0\.12 \(443: no answer\): .*privateAddress/);
  });

  it("takes the forwarder of an earlier move off the target's ports last before the source stops, so that nobody waits for it", () => {
    const ending = { ...target("remove forwarder", "shop"), destructive: true };
    const starts = targetPlan.operations.map((each) =>
      each.kind === "start container" ? { ...each, dependsOn: [...each.dependsOn, ending.id] } : each,
    );
    const back = planMove({ ...facts, targetPlan: { ...targetPlan, operations: [ending, ...starts] } });
    expect(neededBy(back, ending.id)).toContain("sync volumes shop");
    expect(neededBy(back, "stop source api")).toEqual(new Set([...neededBy(back, ending.id), ending.id]));
    expect(neededBy(back, "start container db.1")).toContain(ending.id);
  });
});
