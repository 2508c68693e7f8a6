import type { FolderFact } from "../../../../sdk/engine/data/look-at-folders";
import { asideName, type FolderFacts, mountedFolders } from "../../../../sdk/engine/move/moved-folders";
import { folderReasons } from "../../../../sdk/engine/move/refuse-folders";
import { normalised } from "../../../support/workload-requests";

const files = "/srv/files";
const sides = { from: "rack", to: "cloud" };
const fact = (more: Partial<FolderFact> = {}): FolderFact => ({
  path: files,
  kind: "folder",
  empty: false,
  mountPoint: false,
  freeBytes: 1e9,
  device: "1",
  ...more,
});

interface Seen {
  readonly path?: string;
  readonly onMove?: "copy" | "expect" | "block";
  readonly source?: Partial<FolderFact>;
  readonly target?: Partial<FolderFact>;
  readonly shared?: readonly string[];
  readonly recorded?: FolderFacts["recorded"];
}

const seen = ({ path = files, onMove = "copy", source = {}, target = { kind: "missing" }, shared, recorded = {} }: Seen) => ({
  folders: [{ path, services: ["app"], onMove }],
  source: new Map([[path, fact({ path, ...source })]]),
  target: new Map([[path, fact({ path, ...target })]]),
  volumesAt: fact({ path: "/data/docker/volumes", device: "2" }),
  sharedWith: new Map(shared === undefined ? [] : [[path, shared]]),
  recorded,
});
const superseded = { [files]: { state: "superseded" as const, since: "t" } };

describe("a folder of the host that a service mounts", () => {
  it.each<[string, Seen]>([
    ["is carried where the target has none", {}],
    ["is carried where the target's is empty", { target: { empty: true } }],
    ["is carried where the target's was left by an earlier move: that one steps aside", { recorded: superseded }],
    ["is expected where the target has something", { onMove: "expect", target: { kind: "file" } }],
  ])("%s", (_, facts) => {
    expect(folderReasons(seen({ ...(facts.recorded && { target: {} }), ...facts }), sides)).toEqual([]);
  });

  it.each<[string, Seen, RegExp]>([
    ["nothing was declared", { onMove: "block" }, /declare onMove "expect".*"copy"/],
    ["the target has nothing of what is expected", { onMove: "expect", target: { kind: "missing" } }, /cloud has none/],
    ["the target's holds what no move made", { target: {} }, /not empty and that no move of this workload made/],
    ["the target has a file of that name", { target: { kind: "file" } }, /cloud has a file/],
    ["the target's is a mount point", { target: { empty: true, mountPoint: true } }, /mount point on cloud/],
    ["the source's is a mount point", { source: { mountPoint: true } }, /mount point on rack/],
    ["the source has none", { source: { kind: "missing" } }, /rack has none/],
    ["it is a link", { source: { kind: "link" } }, /symbolic link/],
    ["it is a file", { source: { kind: "file" } }, /config/],
    ["others mount it too", { shared: ["nginx on rack"] }, /also mounted by nginx on rack/],
    ["it belongs to the system", { path: "/etc/app" }, /system/],
    ["it is the root of everything", { path: "/" }, /system/],
    ["the engine lives in it", { path: "/data" }, /system/],
    ["Docker cannot name it", { path: "/srv/a:b" }, /colon/],
  ])("is no move's where %s, and says so", (_, facts, told) => {
    const [reason] = folderReasons(seen(facts), sides);
    expect(reason).toMatch(/^services\.app mounts \//);
    expect(reason).toMatch(told);
  });

  it("is carried once: not as a part of another one that is carried", () => {
    const facts = seen({});
    const inner = { path: `${files}/inner`, services: ["db"], onMove: "copy" as const };
    const source = new Map([...facts.source, [inner.path, fact({ path: inner.path })]]);
    expect(folderReasons({ ...facts, source, folders: [...facts.folders, inner] }, sides)).toEqual([
      expect.stringContaining(`lies within ${files}`),
    ]);
  });

  it("steps aside under a name that no record has", () => {
    const recorded = { ...superseded, [`${files}.superseded-1`]: { state: "superseded" as const, since: "t" } };
    expect(asideName(files, seen({ target: {}, recorded }))).toBe(`${files}.superseded-2`);
    expect(asideName(files, seen({ target: { empty: true }, recorded }))).toBeUndefined();
    expect(asideName(files, seen({ target: {} }))).toBeUndefined();
  });

  it("is judged by the most demanding of its mounts", () => {
    const service = (onMove: "expect" | "copy") => ({ image: "i", volumes: { [files]: { path: "/files", onMove } } });
    const { spec } = normalised({ name: "shop", services: { a: service("expect"), b: service("copy"), c: service("expect") } });
    expect(mountedFolders(spec)).toEqual([{ path: files, services: ["a", "b", "c"], onMove: "copy" }]);
  });
});
