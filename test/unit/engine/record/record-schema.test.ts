import { parseHostRecord } from "../../../../sdk/engine/record/record-schema";

const empty = { schemaVersion: 1, version: 0, workloads: {} };

describe("the stored record", () => {
  it("keeps fields that a later drayage of the same schema wrote", () => {
    const stored = { ...empty, host: { note: "new" } };
    expect(parseHostRecord(JSON.stringify(stored), "rack")).toEqual(stored);
  });

  it("says the path of what is wrong", () => {
    const stored = { ...empty, workloads: { f00d: { name: "shop", state: "lost" } } };
    expect(() => parseHostRecord(JSON.stringify(stored), "rack")).toThrow(
      expect.objectContaining({ code: "RECORD_UNREADABLE", message: expect.stringContaining("workloads.f00d.state") }),
    );
  });

  it("names a newer schema as the cause", () => {
    expect(() => parseHostRecord('{"schemaVersion":2}', "rack")).toThrow(/newer drayage/);
  });

  it.each(["", "null", "[]", "{}", '{"version":1'])("never reads %j as an empty record", (content) => {
    expect(() => parseHostRecord(content, "rack")).toThrow(expect.objectContaining({ code: "RECORD_UNREADABLE" }));
  });
});
