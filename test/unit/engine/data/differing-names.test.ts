import { type Below, differingNames } from "../../../../sdk/engine/data/differing-names";
import type { TreeEntry } from "../../../../sdk/engine/data/hash-session";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const file = (path: string, digest = "same", more: Partial<TreeEntry> = {}): TreeEntry => {
  return { path: base64(path), digest, mode: 0o100644, owner: "0:0", mtime: "1", size: 1, content: digest, ...more };
};
const folder = (path: string, digest = "same"): TreeEntry => ({ ...file(path, digest, { mode: 0o040755 }), content: "" });

function treeOf(levels: Record<string, TreeEntry[]>) {
  const asked: string[] = [];
  const below: Below = async (directory) => {
    const name = Buffer.from(directory, "base64").toString();
    asked.push(name);
    return levels[name] ?? [];
  };
  return { below, asked };
}

describe("what differs between two trees", () => {
  it("is looked for only where digests differ, and told by name and attribute, times left out", async () => {
    const a = treeOf({
      "": [folder("same"), folder("d", "1"), file("x", "1", { owner: "5:5", mtime: "7" })],
      d: [file("d/gone"), file("d/c", "1")],
    });
    const b = treeOf({
      "": [folder("same"), folder("d", "2"), file("x", "1b", { content: "1" })],
      d: [file("d/c", "2"), folder("d/new")],
    });
    expect(await differingNames(a.below, b.below)).toEqual([
      "x: owner 5:5 → 0:0",
      "d/gone: only on A",
      "d/c: content",
      "d/new/: only on B",
    ]);
    expect(a.asked).toEqual(["", "d"]);
  });

  it("stops when enough is named", async () => {
    const many = (digest: string) => treeOf({ "": Array.from({ length: 100 }, (_, i) => file(`f${i}`, digest)) }).below;
    expect(await differingNames(many("1"), many("2"), 2)).toEqual(["f0: content", "f1: content", "…"]);
  });

  it("is the root itself when no name differs", async () => {
    const same = treeOf({ "": [file("x")] }).below;
    expect(await differingNames(same, same)).toEqual([".: mode, owner or attributes"]);
  });
});
