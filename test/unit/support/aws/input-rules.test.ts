import { changes, object, replace, setting, unmapped, update } from "../../../support/aws/provider/input-rules";

const rules = {
  size: { ...update, keeps: true },
  zone: replace,
  groups: { ...update, as: "set" },
  policy: { ...update, as: "json" },
  snapshot: setting,
  disk: object({ type: update }),
} as const;
const seen = { size: 20, zone: "a", groups: ["sg-1", "sg-2"], policy: '{"a":1,"b":2}', disk: { type: "gp3" } };
const before = { ...seen, snapshot: true };

describe("what a resource's inputs change of what is there", () => {
  it.each<[string, object, object]>([
    ["nothing", before, {}],
    ["one in place", { ...before, size: 30 }, { size: "update" }],
    ["one that means another resource", { ...before, zone: "b" }, { zone: "update-replace" }],
    ["one inside an object", { ...before, disk: { type: "io2" } }, { "disk.type": "update" }],
    ["not the order of a set", { ...before, groups: ["sg-2", "sg-1"] }, {}],
    ["not the spelling of a document", { ...before, policy: '{ "b": 2, "a": 1 }' }, {}],
    ["a setting that no API shows", { ...before, snapshot: false }, { snapshot: "update" }],
    ["one that is left out", { ...before, policy: undefined }, { policy: "delete" }],
    ["not one that AWS keeps when it is left out", { ...before, size: undefined }, {}],
  ])("is %s", (_, wanted, expected) => {
    expect(changes({ ...wanted }, seen, before, rules)).toEqual(expected);
  });

  it("is what drifted as well", () => {
    expect(changes(before, { ...seen, size: 40 }, before, rules)).toEqual({ size: "update" });
  });
});

describe("inputs that no call takes", () => {
  it("are told by their paths", () => {
    const told = unmapped({ size: 1, colour: "red", disk: { type: "gp3", speed: 9 } }, rules).map(({ path }) => path);
    expect(told).toEqual(["colour", "disk.speed"]);
  });
});
