import type { Fleet } from "../../../../sdk/cli/fleet/fleet";
import { previousHost } from "../../../../sdk/cli/move/previous-host";
import type { WorkloadRecord } from "../../../../sdk/engine/record/host-record";

const connection = { kind: "ssh" as const, address: "a.example" };
const host = (name: string, machineId = `m-${name}`) => ({ name, machineId, connection });
const shop = { name: "shop", identity: "i", placements: [host("rack")] };
const peer = (name: string) => ({ host: name, machineId: `m-${name}`, engineId: "", epoch: 1, at: "t", rootHash: "" });

function fleetOf(records: Record<string, Partial<WorkloadRecord>>, hosts = ["rack", "cloud", "third"].map((one) => host(one))) {
  const connect = async (name: string) => ({ record: { read: async () => ({ workloads: { i: records[name] } }) } });
  return { hosts, connect } as unknown as Pick<Fleet, "hosts" | "connect">;
}

describe("the way back", () => {
  it("leads to where it came from, under the name that host has now", async () => {
    const records = { rack: { state: "serving" as const, arrival: peer("old") } };
    expect(await previousHost(fleetOf(records, [host("rack"), host("new", "m-old")]), shop)).toBe("new");
  });

  it("is known to the host it was handed over to, when the run that moved it was killed before the state knew", async () => {
    const records = {
      rack: { state: "ceded" as const, handover: peer("cloud") },
      cloud: { state: "adopted" as const, arrival: peer("rack") },
    };
    expect(await previousHost(fleetOf(records), shop)).toBe("rack");
  });

  it("does not exist for what never moved", async () => {
    await expect(previousHost(fleetOf({ rack: { state: "serving" } }), shop)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
