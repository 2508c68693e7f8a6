import { Fleet, type FleetHost } from "../../../../sdk/cli/fleet/fleet";
import { listForwards, oneForward } from "../../../../sdk/cli/fleet/list-forwards";
import { parseStackState } from "../../../../sdk/cli/state/stack-state";
import { createForwarder } from "../../../../sdk/engine/forward/forwarder-container";
import type { WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { fakeHost } from "../../../support/fake-host";
import { giveMover } from "../../../support/mover-image";
import { testOwner } from "../../../support/workload-requests";

const identity = "ab12cd".padEnd(32, "0");
const resource = (type: string, name: string, outputs: object) => ({
  ...{ urn: `urn:pulumi:dev::shop::drayage:index:${type}::${name}`, type: `drayage:index:${type}`, id: `${name}-1` },
  ...{ inputs: { name, address: `${name}.test` }, outputs },
});
const resources = [resource("Host", "rack", {}), resource("Workload", "store", { identity })];
const state = parseStackState(JSON.stringify({ deployment: { resources } }), "test");
const cloud = { host: "cloud", machineId: "m", engineId: "e" };
const left: WorkloadRecord = {
  ...{ name: "shop", owner: testOwner, epoch: 3, state: "ceded", volumes: {}, journal: [], releases: [] },
  forward: { to: cloud, address: "cloud.test", ports: [80], since: "t" },
};

describe("what the hosts of a stack forward", () => {
  it("is called by the workload's name in the program, and ended by that and by the one that it had when it left", async () => {
    const rack = fakeHost("rack");
    giveMover(rack.docker);
    rack.record.record = { ...rack.record.record, workloads: { [identity]: left } };
    await createForwarder(
      rack.handle.docker,
      { name: "shop", identity, owner: testOwner },
      { address: "cloud.test", ports: [80] },
    );
    const dial = async (): Promise<FleetHost> => rack.handle;
    const found = await listForwards(new Fleet({} as never, state, dial), testOwner.stackUid);
    expect(found.forwards).toMatchObject([{ workload: "store", host: "rack", state: "stopped" }]);
    for (const name of ["store", "shop"]) expect(oneForward(found, name, undefined).identity).toBe(identity);
    expect(() => oneForward(found, "blog", undefined)).toThrow("No host forwards for blog");
  });
});
