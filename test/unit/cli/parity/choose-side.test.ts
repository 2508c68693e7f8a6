import { chooseSide } from "../../../../sdk/cli/parity/choose-side";

const known = { hosts: ["rack", "cloud", "both"], stacks: ["staging", "both"], isFile: (path: string) => path.endsWith(".json") };

describe("a side of a comparison", () => {
  it.each([
    ["rack", { kind: "host", name: "rack" }],
    ["rack/shop", { kind: "host", name: "rack", workload: "shop" }],
    ["staging", { kind: "stack", name: "staging" }],
    ["stack:both/shop", { kind: "stack", name: "both", workload: "shop" }],
    ["host:both", { kind: "host", name: "both" }],
    ["before.json", { kind: "file", path: "before.json" }],
    ["receipts/rack.json", { kind: "file", path: "receipts/rack.json" }],
    ["file:rack", { kind: "file", path: "rack" }],
  ])("%s is %j", (text, side) => expect(chooseSide(text, known)).toEqual(side));

  it("that could be two things is a question, and one that is none an answer with what there is", () => {
    expect(() => chooseSide("both", known)).toThrow(
      expect.objectContaining({ code: "USAGE", hint: "Say which: host:both or stack:both" }),
    );
    expect(() => chooseSide("stack:rack", known)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    expect(() => chooseSide("rak", known)).toThrow(expect.objectContaining({ hint: expect.stringContaining("cloud, rack") }));
  });
});
