import { lookAtHosts } from "../../../../sdk/cli/doctor/look-at-hosts";
import type { FleetHost } from "../../../../sdk/cli/fleet/fleet";
import type { HostState } from "../../../../sdk/cli/state/stack-state";
import { DrayageError } from "../../../../sdk/spec/drayage-error";

const state = (name: string): HostState => ({ name, machineId: "", connection: { kind: "local" } });
const info = { version: "27.0.1", apiVersion: "1.46", storageDriver: "overlay2", arch: "arm64", cpus: 4 };
const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };

describe("looking at the stack's hosts", () => {
  it("tells of each what its engine is, or what is wrong and the next command", async () => {
    const connect = async (name: string) => {
      if (name === "gone") throw new DrayageError("HOST_TIMEOUT", "no answer in 10 s", { hint: "Is it up?" });
      return { name, docker: { info: async () => info } } as unknown as FleetHost;
    };
    const checked = await lookAtHosts({ hosts: [state("rack"), state("gone")], connect }, clock);
    expect(checked).toMatchObject([
      { name: "host rack", ok: true, detail: expect.stringMatching(/27\.0\.1.*arm64, 4 CPUs/) },
      { name: "host gone", ok: false, detail: "no answer in 10 s", hint: "Is it up?" },
    ]);
  });
});
