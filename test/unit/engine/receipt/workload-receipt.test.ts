import { systemClock } from "../../../../sdk/cli/system-clock";
import type { ContainerInspect } from "../../../../sdk/engine/docker/docker-engine";
import { label } from "../../../../sdk/engine/labels";
import type { HostReading } from "../../../../sdk/engine/receipt/read-host";
import { workloadReceipt } from "../../../../sdk/engine/receipt/workload-receipt";

const identity = "i1";
const container = (replica: number, env: readonly string[], secrets: readonly object[]) =>
  ({
    Id: `c${replica}`,
    Image: "gone",
    Config: {
      Env: env,
      Labels: {
        [label.identity]: identity,
        [label.service]: "api",
        [label.replica]: String(replica),
        [label.spec]: JSON.stringify({ secrets }),
      },
    },
    HostConfig: {},
    NetworkSettings: { Networks: {} },
    Mounts: [],
    State: { Running: true, StartedAt: "2026-01-01T00:00:00Z", Status: "running" },
  }) as unknown as ContainerInspect;

describe("the receipt of a workload", () => {
  it("holds no secret, also where an interrupted up left replicas of two programs, of which one carries it in a variable", async () => {
    const reading = {
      host: { name: "rack" },
      containers: [container(1, ["LOG=info"], []), container(2, ["LOG=info", "PW=s3cret"], [{ name: "pw", env: "PW" }])],
      images: new Map(),
      volumes: new Map(),
      networks: [],
    } as unknown as HostReading;
    const subject = { host: reading.host, workload: "shop", identity, fingerprints: {}, ephemeral: [] };
    const request = { project: "p", stack: "s", subjects: [subject], key: Buffer.from("k"), data: false, clock: systemClock };
    const text = JSON.stringify(await workloadReceipt(reading, subject, request));
    expect(text).toContain('"LOG":"info"');
    expect(text).not.toContain("s3cret");
  });
});
