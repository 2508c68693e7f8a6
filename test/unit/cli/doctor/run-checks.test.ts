import type { Check, Machine } from "../../../../sdk/cli/doctor/check";
import { lookAtAll, obtainAll } from "../../../../sdk/cli/doctor/run-checks";
import { silentReport } from "../../../../sdk/engine/report";

const machine: Machine = {
  env: {},
  cacheDir: "/nowhere",
  socket: "/nowhere",
  context: {
    report: silentReport,
    signal: new AbortController().signal,
    clock: { now: () => 0, monotonic: () => 0, sleep: async () => undefined },
  },
};

/** A thing that is there when its name is in `present`. */
function thing(name: string, present: Set<string>, brings?: readonly string[]): Check {
  const look = async () => ({ ok: present.has(name), detail: name });
  const obtain = async () => {
    for (const it of brings ?? []) present.add(it);
    return look();
  };
  return { name, hint: `get ${name}`, look, ...(brings === undefined ? {} : { obtain }) };
}

describe("checking the machine", () => {
  it("changes nothing and gives the hint of what is missing", async () => {
    const present = new Set(["node"]);
    const checked = await lookAtAll([thing("node", present), thing("engine", present, ["engine"])], machine);
    expect(checked.map(({ name, ok, hint }) => [name, ok, hint])).toEqual([
      ["node", true, undefined],
      ["engine", false, "get engine"],
    ]);
    expect(present).toEqual(new Set(["node"]));
  });

  it("takes a check that throws for a failed one", async () => {
    const broken: Check = { name: "broken", hint: "mend it", look: () => Promise.reject(new Error("no such file")) };
    expect(await lookAtAll([broken], machine)).toMatchObject([{ ok: false, detail: "no such file", hint: "mend it" }]);
  });
});

describe("setting the machine up", () => {
  it("obtains what is missing, in order, and tells each outcome", async () => {
    const present = new Set<string>();
    const told: string[] = [];
    // The client comes with the engine and cannot be obtained by itself.
    const checks = [thing("engine", present, ["engine", "client"]), thing("client", present)];
    await obtainAll(checks, machine, ({ name, ok }) => told.push(`${name} ${ok}`));
    expect(told).toEqual(["engine true", "client true"]);
  });

  it("goes on after a failure, so that all of them are told", async () => {
    const outcomes = await obtainAll([thing("a", new Set(), []), thing("b", new Set(["b"]))], machine, () => undefined);
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true]);
  });
});
