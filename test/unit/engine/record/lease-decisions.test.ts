import { emptyHostRecord, type HostRecord, type Owner, type WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import {
  acquireLease,
  changeUnderLease,
  isForeign,
  type LeaseClaim,
  releaseLease,
} from "../../../../sdk/engine/record/lease-decisions";
import type { LeaseRequest } from "../../../../sdk/engine/record/record-store";

const owner: Owner = { stackUid: "u1", project: "shop", stack: "dev", id: "shop-1" };
const request: LeaseRequest = { identity: "f00d", name: "shop", owner, purpose: "up" };
const claim: LeaseClaim = { session: "s1", holder: "ann", since: "2026-01-01T00:00:00Z", holderAlive: false, host: "rack" };
const held = { identity: "f00d", name: "shop", epoch: 1, session: "s1", host: "rack" };
const taken: HostRecord = acquireLease(emptyHostRecord, request, claim);

describe("acquiring a lease", () => {
  it("makes the workload's entry where there is none", () => {
    expect(taken.workloads.f00d).toMatchObject({
      name: "shop",
      owner,
      epoch: 1,
      state: "serving",
      lease: { epoch: 1, session: "s1" },
    });
    expect(acquireLease(emptyHostRecord, { ...request, initialState: "preparing" }, claim).workloads.f00d?.state).toBe(
      "preparing",
    );
  });

  it("writes down that a create began, once, beside what else is open", () => {
    const creating = { ...request, creates: true };
    const first = acquireLease(emptyHostRecord, creating, claim);
    const again = acquireLease(first, creating, { ...claim, session: "s2" });
    expect(again.workloads.f00d?.journal).toEqual([{ epoch: 2, step: "create", phase: "intent", at: claim.since }]);
    expect(taken.workloads.f00d?.journal).toEqual([]);
  });

  it("ends the mark of a destroyed workload when a create begins, and only then: its host could be given up with the new data", () => {
    const destroyed = { ...taken, workloads: { f00d: { ...(taken.workloads.f00d as WorkloadRecord), removed: "t" } } };
    const free = { ...claim, session: "s2" };
    expect(acquireLease(destroyed, { ...request, creates: true }, free).workloads.f00d?.removed).toBeUndefined();
    expect(acquireLease(destroyed, request, free).workloads.f00d?.removed).toBe("t");
  });

  it("is refused while the holder lives, and granted with a higher epoch when it does not", () => {
    const second = { ...claim, session: "s2", holder: "bob" };
    expect(() => acquireLease(taken, request, { ...second, holderAlive: true })).toThrow(
      expect.objectContaining({ code: "LOCKED", message: expect.stringContaining("ann") }),
    );
    expect(acquireLease(taken, request, second).workloads.f00d?.lease).toMatchObject({ epoch: 2, session: "s2", holder: "bob" });
  });

  it("is refused to a second taker in the same run", () => {
    expect(() => acquireLease(taken, request, { ...claim, holderAlive: true })).toThrow(/this run itself/);
  });

  it("leaves the owner as it was, unless it adopts", () => {
    const released = releaseLease(taken, "f00d", 1, "s1");
    const replaced = { ...request, owner: { ...owner, id: "shop-2" } };
    expect(acquireLease(released, replaced, claim).workloads.f00d?.owner).toEqual(owner);
    const foreign = { ...request, owner: { ...owner, stackUid: "u2" } };
    expect(() => acquireLease(released, foreign, claim)).toThrow(expect.objectContaining({ code: "OWNED_ELSEWHERE" }));
    expect(acquireLease(released, { ...foreign, adopt: true }, claim).workloads.f00d?.owner).toEqual(foreign.owner);
  });

  it("does not let an adoption pass a living holder", () => {
    expect(() => acquireLease(taken, { ...request, adopt: true }, { ...claim, holderAlive: true })).toThrow(
      expect.objectContaining({ code: "LOCKED" }),
    );
  });
});

describe("whose a workload is", () => {
  it.each([
    ["the same resource", owner, false],
    ["its replacement in the same stack", { ...owner, id: "shop-2" }, false],
    ["the same resource after its stack was renamed", { ...owner, stack: "test" }, false],
    ["another resource of a stack with a copied uid", { ...owner, stack: "prod", id: "shop-9" }, true],
    ["another stack, even with a copied id", { ...owner, stackUid: "u2" }, true],
  ])("%s", (_, other, foreign) => expect(isForeign(owner, other)).toBe(foreign));
});

describe("changing under a lease", () => {
  it("keeps lease and epoch out of the caller's hands", () => {
    const changed = changeUnderLease(taken, held, ({ lease: _, ...workload }) => ({ ...workload, epoch: 99, name: "renamed" }));
    expect(changed.workloads.f00d).toMatchObject({ name: "renamed", epoch: 1, lease: { session: "s1" } });
  });

  it("is no write when nothing changed", () => {
    expect(changeUnderLease(taken, held, (workload) => workload)).toBe(taken);
  });

  it("forgets the workload on undefined", () => {
    expect(changeUnderLease(taken, held, () => undefined).workloads).toEqual({});
  });

  it.each([
    ["released", releaseLease(taken, "f00d", 1, "s1")],
    ["taken over", acquireLease(taken, request, { ...claim, session: "s2" })],
    ["forgotten", emptyHostRecord],
  ])("is refused when the lease was %s", (_, record) => {
    const decide = jest.fn();
    expect(() => changeUnderLease(record, held, decide)).toThrow(expect.objectContaining({ code: "LEASE_LOST" }));
    expect(decide).not.toHaveBeenCalled();
  });
});

describe("releasing a lease", () => {
  it("touches nobody else's", () => {
    const other = acquireLease(taken, request, { ...claim, session: "s2" });
    expect(releaseLease(other, "f00d", 1, "s1")).toBe(other);
    expect(releaseLease(emptyHostRecord, "f00d", 1, "s1")).toBe(emptyHostRecord);
    expect(releaseLease(taken, "f00d", 1, "s1").workloads.f00d?.lease).toBeUndefined();
  });
});
