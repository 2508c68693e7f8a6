import { bounded, type ReceiptSummary, summariseReceipt } from "../../../../sdk/engine/receipt/receipt-summary";
import { secretHash } from "../../../../sdk/engine/secret/secret-versions";

const applied = {
  hash: "h".repeat(64),
  images: { web: "sha256:a", api: "sha256:a", gone: "sha256:b" },
  configurations: { web: "c".repeat(64) },
};
const image = { Id: "sha256:a", Os: "linux", Architecture: "amd64", RootFS: { Layers: ["sha256:1"] } };

describe("the part of a receipt that the state keeps", () => {
  it("names images by what they are, secrets by a version that only the key tells, and asks for each image once", async () => {
    const asked: string[] = [];
    const inspectImage = async (id: string) => {
      asked.push(id);
      return (id === "sha256:a" ? image : undefined) as never;
    };
    const facts = { applied, docker: { inspectImage }, imageStore: "graphdriver", data: {} } as const;
    const summary = await summariseReceipt({ ...facts, secrets: { web: { pg: "hunter2" } }, secretKey: "k" });
    expect(asked).toEqual(["sha256:a", "sha256:b"]);
    expect(summary.images.web).toMatch(/^a\.[0-9a-f]{32}$/);
    expect(summary.images).toEqual({ web: summary.images.web, api: summary.images.web });
    expect(summary.secrets).toEqual({ web: { pg: secretHash("hunter2", "k") } });
    expect(JSON.stringify(summary)).not.toContain("hunter2");
  });

  it("stays within 4 KB, and gives up last what nothing else tells when the host is gone", () => {
    const many = <T>(count: number, value: T) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`service${i}`, value]));
    const summary = (services: number): ReceiptSummary => ({
      hash: "h",
      images: many(services, "i".repeat(97)),
      configurations: many(services, "c".repeat(16)),
      secrets: many(services, { pg: "s".repeat(12) }),
      data: { data: { hash: "d", at: "t" } },
    });
    expect(bounded(summary(3))).toEqual(summary(3));
    for (const services of [20, 30, 100]) {
      const small = bounded(summary(services));
      expect(JSON.stringify(small).length).toBeLessThanOrEqual(4096);
      expect(small.data).toEqual(summary(1).data);
    }
    expect(Object.keys(bounded(summary(30)).images)).toHaveLength(30);
  });
});
