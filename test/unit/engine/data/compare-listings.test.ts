import { compareListings, type ListedEntry } from "../../../../sdk/engine/data/compare-listings";
import { printablePath } from "../../../../sdk/engine/data/printable-path";

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes as string).toString("base64");
const file = (path: string, more: Partial<ListedEntry> = {}): ListedEntry => ({
  path: base64(path),
  mode: 0o100644,
  owner: "0:0",
  mtime: "1700000000000000001",
  size: 3,
  content: "aa",
  ...more,
});

describe("comparing two listings", () => {
  it("finds nothing between equals, whatever their order", () => {
    expect(compareListings([file("a"), file("b")], [file("b"), file("a")])).toEqual([]);
  });

  it("names what is missing and what is too much", () => {
    expect(compareListings([file("a")], [file("b")])).toEqual(["a: missing on the target", "b: only on the target"]);
  });

  it.each<[Partial<ListedEntry>, string]>([
    [{ mode: 0o104755 }, "a: mode 100644 → 104755"],
    [{ owner: "70:80" }, "a: owner 0:0 → 70:80"],
    [{ mtime: "1700000000000000002" }, "a: time 1700000000000000001 → 1700000000000000002"],
    [{ size: 4 }, "a: size 3 → 4"],
    [{ content: "bb" }, "a: content"],
    [{ group: base64("b") }, "a: hard links none → b"],
    [{ xattrs: "cc" }, "a: extended attributes"],
    [{ target: base64("x") }, "a: symlink target . → x"],
    [{ device: 7 }, "a: device  → 7"],
  ])("says which attribute differs: %j", (change, difference) => {
    expect(compareListings([file("a")], [file("a", change)])).toEqual([difference]);
  });
});

describe("showing a name that is bytes", () => {
  it.each([
    [base64("données/été"), "données/été"],
    [base64("two\nlines"), "two\\nlines"],
    [base64("back\\slash"), "back\\\\slash"],
    [base64(new Uint8Array([0x61, 0xff, 0x0a])), "a\\xff\\n"],
    ["", "."],
  ])("%s is %s", (path, shown) => expect(printablePath(path)).toBe(shown));
});
