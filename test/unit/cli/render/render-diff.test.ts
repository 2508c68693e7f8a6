import { plainPaint } from "../../../../sdk/cli/render/paint";
import { renderDiff } from "../../../../sdk/cli/render/render-diff";

const side = (name: string, declares = true) => ({ name, kind: "stack" as const, stack: name, declares });

describe("the text of a diff", () => {
  it("shows first what is not declared, and what to do about other images", () => {
    const text = renderDiff(
      {
        a: side("staging"),
        b: side("production"),
        outside: 1,
        notCompared: ["workload shop services.api.secrets.pg"],
        differences: [
          { resource: "workload shop", path: "services.api.replicas", a: 2, b: 5, within: "replicas.api" },
          { resource: "image api", path: "contentHash", a: "a".repeat(64), b: "b".repeat(64), within: undefined },
        ],
      },
      plainPaint,
    );
    expect(text.split("\n").map((line) => line.trimEnd())).toEqual([
      "   RESOURCE       FIELD                  staging       production    DECLARED AS",
      "≠  image api      contentHash            aaaaaaaaaaaa  bbbbbbbbbbbb  -",
      "   workload shop  services.api.replicas  2             5             replicas.api",
      "",
      "2 differences, 1 of them not declared.",
      "other images: dray promote staging production",
      "not compared: 1 secret (dray parity staging production)",
    ]);
  });

  it("says when nothing differs, and whose program declares nothing", () => {
    const nothing = { a: side("a"), b: side("b"), outside: 0, notCompared: [], differences: [] };
    expect(renderDiff(nothing, plainPaint)).toBe("No difference.");
    const differences = [{ resource: "host shop", path: "", a: "declared", b: undefined, within: undefined }];
    const text = renderDiff({ ...nothing, b: side("b", false), outside: 1, differences }, plainPaint);
    expect(text).toContain("b tells nothing that may differ");
    expect(text).toContain("(all of it)");
  });
});
