import type { RunEvent } from "../../../../sdk/cli/render/run-progress";
import { createRunObserver } from "../../../../sdk/cli/session/run-observer";
import { DrayageError } from "../../../../sdk/spec/drayage-error";
import { operation, plan } from "../render/operations";

const urn = "urn:pulumi:dev::demo::drayage:index:Workload::shop";
const start = operation("start web.1", { subject: "web.1" });
const stop = operation("stop db.1", { subject: "db.1", destructive: true, cause: "image changed" });

const plain = (text: string) => text;

function observe(reviewed?: ReturnType<typeof plan>[]) {
  const events: RunEvent[] = [];
  return { events, observer: createRunObserver({ onEvent: (event) => events.push(event), now: () => 7, reviewed }) };
}

describe("the observer of a run", () => {
  it("names the resource of each event and keeps the plans", () => {
    const { observer, events } = observe();
    const report = observer.report(urn, true, plain);
    report?.plan(plan([start]));
    report?.started(start);
    expect(events).toMatchObject([{ kind: "plan" }, { kind: "started", scope: "shop", at: 7 }]);
    expect(observer.plans()).toHaveLength(1);
  });

  it("keeps the last plan of a resource", () => {
    const { observer } = observe();
    observer.report(urn, true, plain)?.plan(plan([start]));
    observer.report(urn, true, plain)?.plan(plan([start, stop]));
    expect(observer.plans().map((it) => it.operations.length)).toEqual([2]);
  });

  it("tells what was agreed to for a resource, image and workload of one name together", () => {
    const { observer } = observe([plan([start]), plan([stop])]);
    expect(observer.reviewed?.(urn)?.operations).toEqual([start, stop]);
  });

  it("holds nothing against what no preview could know, or nobody was asked about", () => {
    expect(observe([plan([start], { subject: "other" })]).observer.reviewed?.(urn)).toBeUndefined();
    expect(observe().observer.reviewed?.(urn)).toBeUndefined();
  });

  it("holds a deletion to what was shown of it, to nothing where nothing was, and to all where nobody was asked", () => {
    const removal = plan([stop], { kind: "delete" });
    expect(observe([plan([start]), removal]).observer.reviewedRemoval?.(urn)?.operations).toEqual([stop]);
    expect(observe([plan([start])]).observer.reviewedRemoval?.(urn)?.operations).toEqual([]);
    expect(observe().observer.reviewedRemoval?.(urn)).toBeUndefined();
  });

  it("lets an undoing run what no preview showed", () => {
    const { observer } = observe([plan([start])]);
    expect(() => observer.report(urn, false, plain)?.plan(plan([start, stop]))).not.toThrow();
  });

  it("shows no secret: not in errors, progress or notes", () => {
    const { observer, events } = observe();
    const redact = (text: string) => text.replaceAll("hunter2", "[secret]");
    const report = observer.report(urn, false, redact);
    report?.progress(start, { text: "echo hunter2" });
    report?.say("warning", "hunter2 is weak");
    report?.failed(start, new Error("hunter2"));
    observer.failed(
      urn,
      new DrayageError("GATE_FAILED", "last lines: hunter2", { hint: "dray logs", cause: new Error("hunter2") }),
      redact,
    );
    const [error] = observer.failures().get(urn) as DrayageError[];
    expect(error).toMatchObject({ code: "GATE_FAILED", message: "last lines: [secret]", hint: "dray logs" });
    expect(JSON.stringify([events, error?.stack, String(error?.cause)])).not.toContain("hunter2");
    expect(events.map((event) => (event.kind === "failed" ? event.error.message : ""))).toContain("[secret]");
  });

  it("gives failures back as they were thrown", () => {
    const { observer } = observe();
    const error = new Error("x");
    observer.failed(urn, error, plain);
    expect(observer.failures().get(urn)).toEqual([error]);
  });
});
