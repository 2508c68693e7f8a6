import { describeRotations, hashesOf, nextVersions, secretHash } from "../../../../sdk/engine/secret/secret-versions";

const key = "key of the workload";
const pg = (value: string, version?: string) => ({ value, ...(version !== undefined && { version }) });

describe("the version of a secret", () => {
  const first = nextVersions({}, { db: { pg: pg("one") } }, key);

  it("begins at 1 and holds a hash that the value alone does not give", () => {
    expect(first.db?.pg).toEqual({ version: 1, hash: secretHash("one", key) });
    expect(secretHash("one", "another key")).not.toBe(secretHash("one", key));
    expect(JSON.stringify(first)).not.toContain('one"');
  });

  it("counts up when the value is another one, and only then", () => {
    expect(nextVersions(first, { db: { pg: pg("one") } }, key)).toEqual(first);
    expect(nextVersions(first, { db: { pg: pg("two") } }, key).db?.pg?.version).toBe(2);
  });

  it("is told as from and to, once for services that share it, and not when it is new", () => {
    const before = nextVersions(first, { db: { pg: pg("two") }, api: { pg: pg("x") } }, key);
    const level = { ...before, api: { pg: { version: 2, hash: before.api?.pg?.hash ?? "" } } };
    const after = nextVersions(level, { db: { pg: pg("three") }, api: { pg: pg("three"), new: pg("n") } }, key);
    expect(describeRotations(level, after)).toEqual(["secret pg: version 2 → 3 (db, api)"]);
    expect(describeRotations(level, level)).toEqual([]);
  });

  it("is the source's own where it has one", () => {
    const before = nextVersions({}, { db: { pg: pg("one", "AWSCURRENT-1") } }, key);
    const after = nextVersions(before, { db: { pg: pg("two", "AWSCURRENT-2") } }, key);
    expect(describeRotations(before, after)).toEqual(["secret pg: version AWSCURRENT-1 → AWSCURRENT-2 (db)"]);
  });

  it("gives a stand-in for the value wherever sets of secrets are compared", () => {
    expect(hashesOf(first)).toEqual({ db: { pg: secretHash("one", key) } });
  });
});
