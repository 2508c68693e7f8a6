import { withRelease } from "../../../../sdk/engine/workload/receipt";

const receipt = (hash: string) => ({ hash, images: { web: "i" }, configurations: {} });
const measured = (operations: Record<string, number>) => ({ seconds: 9, operations });

describe("releases in the record", () => {
  it("gain an entry for what is new, and none for what was deployed last", () => {
    const once = withRelease([], receipt("a"), "t1");
    expect(once.map(({ hash }) => hash)).toEqual(["a"]);
    expect(withRelease(once, receipt("a"), "t2")).toBe(once);
    expect(withRelease(once, receipt("b"), "t2").map(({ hash }) => hash)).toEqual(["a", "b"]);
  });

  it("remember how long each service took to be ready, the slowest replica counting", () => {
    const first = withRelease(
      [],
      receipt("a"),
      "t1",
      measured({ "gate web.1": 1.234, "gate web.2": 3.456, "start web.1": 7, "gate db.1": 0.2 }),
    );
    expect(first.at(-1)?.readySeconds).toEqual({ web: 3.46, db: 0.2 });
    const again = withRelease(first, receipt("a"), "t2", measured({ "gate db.1": 0.5 }));
    expect(again).toHaveLength(1);
    expect(again.at(-1)?.readySeconds).toEqual({ web: 3.46, db: 0.5 });
  });
});
