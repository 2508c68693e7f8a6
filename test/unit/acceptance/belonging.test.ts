import { type Belonging, choose } from "../../acceptance/sweep/belonging";
import { inOrder } from "../../acceptance/sweep/remove-belonging";

const now = new Date("2026-05-01T12:00:00Z");
const one = (id: string, tags: Belonging["tags"]): Belonging => ({ kind: "vpc", id, tags });
const tagged = (id: string, run: string, started?: string, budget = "drayage-ci"): Belonging =>
  one(id, {
    "acceptance:budget": budget,
    "acceptance:run": run,
    ...(started && { "acceptance:started": started }),
  });

describe("what a sweep takes", () => {
  const rule = { budget: "drayage-ci", run: "r2", maxAgeHours: 4, now };
  const ids = (found: readonly Belonging[], run: string | undefined = rule.run) => {
    const { remove, keep } = choose(found, { budget: rule.budget, maxAgeHours: 4, now, ...(run === undefined ? {} : { run }) });
    return { remove: remove.map(({ id }) => id), keep: keep.map(({ id, reason }) => `${id}: ${reason}`) };
  };

  it("is its own run's at once, and others' only when they are too old", () => {
    const mine = tagged("mine", "r2", "2026-05-01T11:59:00Z");
    const old = tagged("old", "r1", "2026-05-01T07:59:00Z");
    const beside = tagged("beside", "r3", "2026-05-01T08:01:00Z");
    expect(ids([mine, old, beside])).toEqual({ remove: ["mine", "old"], keep: ["beside: of a run that began 4.0 h ago"] });
  });

  it("is nothing of another budget, and nothing that only looks alike", () => {
    const other = tagged("other", "r2", "2020-01-01T00:00:00Z", "somebody-else");
    const untagged = one("untagged", { Name: "acceptance", "acceptance:run": "r2" });
    expect(ids([other, untagged])).toEqual({ remove: [], keep: [] });
  });

  it("is nothing without a readable age, unless it is of this very run", () => {
    const found = [tagged("torn", "r1", "yesterday"), tagged("none", "r1"), tagged("mine", "r2")];
    const reason = "no readable time of its run's start";
    expect(ids(found)).toEqual({ remove: ["mine"], keep: [`torn: ${reason}`, `none: ${reason}`] });
  });

  it("is of no run at all where none is named", () => {
    expect(
      choose([one("x", { "acceptance:budget": "drayage-ci" })], { budget: "drayage-ci", maxAgeHours: 4, now }).remove,
    ).toEqual([]);
  });

  it("goes in an order in which nothing holds it, and rules go with their group", () => {
    const kinds = [
      "vpc",
      "something-new",
      "security-group-rule",
      "subnet",
      "instance",
      "security-group",
      "role",
      "instance-profile",
      "volume",
    ];
    expect(inOrder(kinds.map((kind) => ({ kind, id: kind, tags: {} }))).map(({ kind }) => kind)).toEqual([
      "instance",
      "volume",
      "instance-profile",
      "role",
      "security-group",
      "subnet",
      "vpc",
      "something-new",
    ]);
  });
});
