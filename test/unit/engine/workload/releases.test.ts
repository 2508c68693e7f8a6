import { firstStarts, withRelease } from "../../../../sdk/engine/workload/receipt";
import { wantedWorkload } from "../../../../sdk/engine/workload/wanted-workload";
import { normalised } from "../../../support/workload-requests";

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
    const first = withRelease([], receipt("a"), "t1", {
      measured: measured({ "gate web.1": 1.234, "gate web.2": 3.456, "start web.1": 7, "gate db.1": 0.2 }),
    });
    expect(first.at(-1)?.readySeconds).toEqual({ web: 3.46, db: 0.2 });
    const again = withRelease(first, receipt("a"), "t2", { measured: measured({ "gate db.1": 0.5 }) });
    expect(again).toHaveLength(1);
    expect(again.at(-1)?.readySeconds).toEqual({ web: 3.46, db: 0.5 });
  });

  it("learn from a first start with an empty volume only that later ones are no slower: it takes a database seconds", () => {
    const volumes = { data: "/data" };
    const { spec, secrets } = normalised({
      name: "shop",
      services: { db: { image: "i", volumes }, web: { image: "i" }, files: { image: "i", volumes } },
      volumes: { data: {} },
    });
    const wanted = wantedWorkload({ identity: "i".repeat(32), spec, secrets, secretKey: "k" });
    const first = measured({ "create volume data": 0.1, "gate db.1": 5, "gate web.1": 1, "gate files.1": 0.3 });
    expect(firstStarts(wanted, first)).toEqual({ db: 0.5, files: 0.5 });
    expect(firstStarts(wanted, measured({ "gate db.1": 0.4 }))).toEqual({});
    const known = withRelease([], receipt("a"), "t", { measured: first, firstStarts: firstStarts(wanted, first) });
    expect(known.at(-1)?.readySeconds).toEqual({ web: 1, files: 0.3 });
  });

  it("keep what the steps of the last move took, whatever is deployed later", () => {
    const moved = withRelease([], receipt("a"), "t1", { cutSeconds: { "stop db": 0.4 } });
    expect(withRelease(moved, receipt("b"), "t2").at(-1)?.cutSeconds).toEqual({ "stop db": 0.4 });
  });
});
