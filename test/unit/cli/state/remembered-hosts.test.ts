import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rememberHosts, withRememberedHosts } from "../../../../sdk/cli/state/remembered-hosts";
import { noState, type StackState } from "../../../../sdk/cli/state/stack-state";

describe("hosts of a destroyed stack", () => {
  const dir = mkdtempSync(join(tmpdir(), "dray-hosts-"));
  afterAll(() => rmSync(dir, { recursive: true }));
  const chosen = { project: { name: "shop", dir, file: join(dir, "Pulumi.yaml") }, stack: "dev" };
  const rack = { name: "rack", machineId: "m", connection: { kind: "ssh", address: "10.0.0.11" } } as const;
  const living: StackState = { ...noState, hosts: [rack] };

  it("are still known, so that kept volumes can be found", () => {
    rememberHosts(chosen, living);
    expect(withRememberedHosts(chosen, noState).hosts).toEqual([rack]);
  });

  it("are forgotten for another stack, and never stand beside what the state knows", () => {
    expect(withRememberedHosts({ ...chosen, stack: "prod" }, noState).hosts).toEqual([]);
    const cloud = { ...rack, name: "cloud" };
    expect(withRememberedHosts(chosen, { ...noState, hosts: [cloud] }).hosts).toEqual([cloud]);
  });

  it("are not overwritten by a second destroy, and stay out of git", () => {
    rememberHosts(chosen, noState);
    expect(withRememberedHosts(chosen, noState).hosts).toEqual([rack]);
    expect(readFileSync(join(dir, ".drayage", ".gitignore"), "utf8")).toBe("*\n");
  });
});
