import { cutSeconds, forecastOutages } from "../../../../sdk/engine/move/forecast-move";
import type { MovedService, MoveFacts } from "../../../../sdk/engine/move/move-facts";

const peer = (host: string) => ({ host, machineId: `m-${host}`, engineId: `e-${host}` });
const db: MovedService = {
  name: "db",
  containers: ["d1"],
  stopGraceMs: 30_000,
  holdsData: true,
  published: ["5432"],
  readySeconds: 0.3,
  gate: "command",
  dependsOn: [],
};
const web: MovedService = {
  ...db,
  name: "web",
  published: ["80"],
  readySeconds: 1,
  gate: "asked",
  holdsData: false,
  dependsOn: ["db"],
};
const facts: MoveFacts = {
  workload: "shop",
  from: peer("rack"),
  to: peer("cloud"),
  targetPlan: { schemaVersion: 1, kind: "create", subject: "shop", operations: [], outages: [], notes: [] },
  volumes: [{ name: "data", source: "a", target: "b", bytes: 500e6, files: 1300 }],
  services: [web, db],
  targetFreeBytes: 1e9,
  helperSeconds: 0.45,
  supersededOnTarget: [],
};
const outage = (of: string, given: MoveFacts) => forecastOutages(given).find(({ subject }) => subject === of);
const seconds = (given: MoveFacts, of = "db") => outage(of, given)?.seconds ?? Number.NaN;

describe("the forecast of a move's outage", () => {
  it("grows with the data by no more than reading it once on both sides, however long the copy before took", () => {
    const [volume] = facts.volumes;
    const large = { ...facts, volumes: volume === undefined ? [] : [{ ...volume, bytes: 5.5e9 }] };
    expect(seconds(large) - seconds(facts)).toBeCloseTo(4);
  });

  it("is longer where helpers take longer, though less so than they, and not for what programs themselves need", () => {
    const busy = { ...facts, helperSeconds: 1.35 };
    expect((seconds(busy) - db.readySeconds) / (seconds(facts) - db.readySeconds)).toBeCloseTo(1.6);
  });

  it("takes what the last move took, at today's pace", () => {
    const lastCut = { helper: 0.9, "stop db": 2, "start db": 1, "last pass": 0.5 };
    const parts = Object.fromEntries(
      (outage("db", { ...facts, helperSeconds: 0.9, lastCut })?.parts ?? []).map((it) => [it.name, it.seconds]),
    );
    expect(parts).toMatchObject({ stop: 2, "last pass": 0.5, start: 1 + db.readySeconds });
    expect(seconds({ ...facts, helperSeconds: 0.45, lastCut })).toBeLessThan(seconds({ ...facts, helperSeconds: 0.9, lastCut }));
  });

  it("counts the gates of what a service waits for, and of its own not what its helper took to come up", () => {
    const alone = { ...facts, services: [{ ...web, dependsOn: [] }, db] };
    expect(seconds(facts, "web") - seconds(alone, "web")).toBeGreaterThanOrEqual(db.readySeconds);
    const inside = { ...facts, services: [{ ...web, gate: "command" as const }, db] };
    expect(seconds(inside, "web")).toBeGreaterThan(seconds(facts, "web"));
    const unasked = { ...facts, services: [{ ...web, gate: "none" as const }, db] };
    expect(seconds(unasked, "web")).toBeLessThan(seconds(facts, "web"));
  });

  it("is made from the steps of a move by their names", () => {
    const operations = {
      "stop source db": 1,
      "start db.1": 0.5,
      "gate db.1": 9,
      "record cede shop": 0.0161,
      "copy volume data": 7,
    };
    expect(cutSeconds({ seconds: 20, operations }, facts)).toEqual({
      helper: 0.45,
      "stop db": 1,
      "start db": 0.5,
      "record cede": 0.016,
    });
  });
});
