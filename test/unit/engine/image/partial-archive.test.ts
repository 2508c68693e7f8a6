import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip, gzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { archiveBytes, type PartialArchive, packPartialArchive } from "../../../../sdk/engine/image/partial-archive";
import { presentLayers } from "../../../../sdk/engine/image/target-layers";

const digest = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const layer = (text: string) => ({
  diffId: digest(text),
  content: { size: text.length, open: () => Readable.from([Buffer.from(text)]) },
});
const absent = (text: string) => ({ diffId: digest(text), content: undefined });

async function filesOf(archive: PartialArchive): Promise<{ files: Map<string, string>; counted: number }> {
  const files = new Map<string, string>();
  let counted = 0;
  const tar = extract();
  const packed = packPartialArchive(archive, (bytes) => {
    counted += bytes;
  });
  (archiveBytes(archive) < 4e6 ? packed.pipe(createGunzip()) : packed).pipe(tar);
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, Buffer.concat(chunks).toString());
  }
  return { files, counted };
}

describe("a partial archive", () => {
  const config = Buffer.from('{"any":"bytes"}');
  const archive = { config, layers: [absent("base"), layer("top")], tags: ["drayage/api:1"] };

  it("names every layer and carries those the host lacks", async () => {
    const { files } = await filesOf(archive);
    const [manifest] = JSON.parse(files.get("manifest.json") ?? "");
    expect(manifest.Layers).toHaveLength(2);
    expect(files.has(manifest.Layers[0])).toBe(false);
    expect(files.get(manifest.Layers[1])).toBe("top");
    expect(manifest.RepoTags).toEqual(["drayage/api:1"]);
  });

  it("carries the configuration unchanged, for its digest is the image's id", async () => {
    const { files } = await filesOf(archive);
    expect(files.get("config.json")).toBe(config.toString());
  });

  it("carries a layer that the image has twice once", async () => {
    const twice = { ...archive, layers: [layer("same"), layer("other"), layer("same")] };
    expect((await filesOf(twice)).files.size).toBe(4);
    expect(archiveBytes(twice)).toBe("same".length + "other".length);
  });

  it("counts every byte that leaves", async () => {
    const sent = await packPartialArchive(archive).toArray();
    expect((await filesOf(archive)).counted).toBe(Buffer.concat(sent as Buffer[]).length);
  });

  it("adds next to nothing to a small layer", async () => {
    const content = randomBytes(9_000);
    const small = { diffId: digest("small"), content: { size: content.length, open: () => Readable.from([content]) } };
    const { counted } = await filesOf({ ...archive, layers: [absent("base"), small] });
    expect(counted).toBeLessThan(content.length + 400);
  });

  it("carries a small layer unpacked in one compressed whole, so that nothing is compressed twice", async () => {
    const text = Array.from({ length: 400 }, (_, line) => `line ${line * 7919}`).join("\n");
    const packed = gzipSync(text);
    const gzipped = { diffId: digest(text), content: { size: packed.length, open: () => Readable.from([packed]) } };
    const { files, counted } = await filesOf({ ...archive, layers: [absent("base"), gzipped] });
    expect(files.get("layer-1")).toBe(text);
    expect(counted).toBeLessThan(packed.length + 300);
  });

  it("is not compressed again when it is large", async () => {
    const content = randomBytes(5_000_000);
    const large = { diffId: digest("large"), content: { size: content.length, open: () => Readable.from([content]) } };
    const { files } = await filesOf({ ...archive, layers: [large] });
    expect(files.has("layer-0")).toBe(true);
  });

  it("fails when a layer cannot be read", async () => {
    const open = () => new Readable({ read: () => undefined, construct: (done) => done(new Error("cache is gone")) });
    const broken = { ...archive, layers: [{ diffId: digest("x"), content: { size: 5, open } }] };
    await expect(packPartialArchive(broken).toArray()).rejects.toThrow();
  });
});

describe("the layers a host has", () => {
  it.each([
    [[["a", "b"]], ["a", "b", "c"], 2],
    [[["x", "b"]], ["a", "b", "c"], 0],
    [[["a"], ["a", "b", "c"]], ["a", "b", "c"], 3],
    [[], ["a"], 0],
    [[["a", "b", "c", "d"]], ["a", "b"], 2],
  ])("of %j, %j has %d from the bottom", (chains, image, present) => {
    expect(presentLayers(chains, image)).toBe(present);
  });
});
