import { plainPaint } from "../../../../sdk/cli/render/paint";
import { renderParity } from "../../../../sdk/cli/render/render-parity";
import type { Finding } from "../../../../sdk/engine/receipt/comparison";

const side = (name: string) =>
  ({
    name,
    kind: "host",
    project: "shop",
    stack: "dev",
    takenAt: "2026-01-01T00:00:00Z",
    workloads: [`shop on ${name}`],
  }) as const;
const rendered = (equal: boolean, findings: readonly Finding[], all = false) => {
  const comparison = { equal, findings, pairs: [{ a: "shop", b: "shop" }] };
  return renderParity({ comparison, a: side("rack"), b: side("cloud"), seconds: 1.2, all }, plainPaint).split("\n");
};

describe("a comparison as text", () => {
  const findings: Finding[] = [
    { kind: "allowed", path: "host.address", a: "10.0.0.1", b: "10.0.0.2" },
    { kind: "environment", path: "host.kernel", a: "6.1", b: "6.9" },
    { kind: "unknown", path: "services.db.secrets.pg", a: undefined, b: undefined, note: "hashed with different keys" },
    {
      kind: "difference",
      workload: "shop",
      path: "volumes.data",
      a: "aa",
      b: "bb",
      note: "its bytes differ",
      files: ["x: content"],
    },
    { kind: "difference", workload: "shop", path: "services.api.environment.LOG", a: "info", b: undefined },
  ];

  it("says which sides, what differs with both values, what it could not tell, and the verdict last", () => {
    expect(rendered(false, findings)).toEqual([
      "A  shop on rack (stack dev)",
      "B  shop on cloud (stack dev)",
      "",
      "  ≠ volumes.data  aa → bb  its bytes differ",
      "      x: content",
      "  ≠ services.api.environment.LOG  info → (none)",
      "  ? services.db.secrets.pg  hashed with different keys",
      "  ~ host.kernel  6.1 → 6.9",
      "",
      "not equal: 2 differences, 1 not to be told  1.2 s · 1 may differ (--all)",
    ]);
  });

  it("shortens hashes and cuts what is long", () => {
    const image = (hash: string) => `${hash.repeat(64)}.${hash.repeat(32)}`;
    const long: Finding = { kind: "difference", path: "services.web.image", a: image("a"), b: image("b") };
    expect(rendered(false, [long])[3]).toBe("  ≠ services.web.image  aaaaaaaa….aaaaaaaa… → bbbbbbbb….bbbbbbbb…");
    const wide: Finding = { kind: "difference", path: "x", a: "z".repeat(100), b: { list: [1, null] } };
    expect(rendered(false, [wide])[3]).toBe(`  ≠ x  ${"z".repeat(43)}… → {"list":[1,null]}`);
  });

  it("shows what may differ to who asks, and does not call equal what was not compared", () => {
    const skipped: Finding = {
      kind: "skipped",
      path: "volumes.data",
      a: "x",
      b: "skipped",
      note: "data not compared: ephemeral",
    };
    expect(rendered(true, [skipped]).at(-1)).toBe("equal, as far as it was compared  1.2 s");
    expect(rendered(true, findings.slice(0, 1), true)).toContain("  · host.address  10.0.0.1 → 10.0.0.2");
  });
});
