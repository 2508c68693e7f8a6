import type { RunEvent } from "../../../../sdk/cli/render/run-progress";
import { createRunObserver } from "../../../../sdk/cli/session/run-observer";
import { operation, plan } from "../render/operations";

const urn = "urn:pulumi:dev::demo::drayage:index:Workload::shop";
const start = operation("start web.1", { subject: "web.1" });
const stop = operation("stop db.1", { subject: "db.1", destructive: true, cause: "image changed" });

function observe(reviewed?: ReturnType<typeof plan>[]) {
  const events: RunEvent[] = [];
  return { events, observer: createRunObserver({ onEvent: (event) => events.push(event), now: () => 7, reviewed }) };
}

describe("the observer of a run", () => {
  it("names the resource of each event and keeps the plans", () => {
    const { observer, events } = observe();
    const report = observer.report(urn, true);
    report?.plan(plan([start]));
    report?.started(start);
    expect(events).toMatchObject([{ kind: "plan" }, { kind: "started", scope: "shop", at: 7 }]);
    expect(observer.plans()).toHaveLength(1);
  });

  it("keeps the last plan of a resource", () => {
    const { observer } = observe();
    observer.report(urn, true)?.plan(plan([start]));
    observer.report(urn, true)?.plan(plan([start, stop]));
    expect(observer.plans().map((it) => it.operations.length)).toEqual([2]);
  });

  it("refuses an apply that would stop more than was reviewed, before it begins", () => {
    const { observer, events } = observe([plan([start])]);
    expect(() => observer.report(urn, false)?.plan(plan([start, stop]))).toThrow("stop db.1 on rack (image changed)");
    expect(events).toEqual([]);
  });

  it("lets an apply do what was reviewed, and less", () => {
    const { observer } = observe([plan([start, stop])]);
    expect(() => observer.report(urn, false)?.plan(plan([stop]))).not.toThrow();
  });

  it("holds nothing against an apply that was not reviewed", () => {
    expect(() =>
      observe()
        .observer.report(urn, false)
        ?.plan(plan([stop])),
    ).not.toThrow();
  });

  it("gives failures back as they were thrown", () => {
    const { observer } = observe();
    const error = new Error("x");
    observer.failed(urn, error);
    expect(observer.failures().get(urn)).toEqual([error]);
  });
});
