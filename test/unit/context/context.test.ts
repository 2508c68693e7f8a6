import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import fc from "fast-check";
import { extract } from "tar-stream";
import type { BuildOptions } from "../../../sdk/context/context-options";
import { hashContext } from "../../../sdk/context/hash-context";
import { packContext } from "../../../sdk/context/pack-context";
import { readContext } from "../../../sdk/context/read-context";
import { type FileStamp, openStatCache } from "../../../sdk/context/stat-cache";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drayage-context-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>, folder = "context"): string {
  const context = join(root, folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(context, path)), { recursive: true });
    writeFileSync(join(context, path), content);
  }
  return context;
}

async function hashOf(options: BuildOptions, cacheDir?: string): Promise<string> {
  const result = await hashContext(options, cacheDir === undefined ? {} : { cacheDir });
  if ("error" in result) throw new Error(result.error.reason);
  return result.hash;
}

async function errorOf(options: BuildOptions): Promise<string> {
  const result = await hashContext(options);
  return "error" in result ? result.error.reason : "no error";
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function unpack(stream: Readable): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  for await (const entry of stream.pipe(extract())) {
    const { name, mode = 0, type, linkname, uid, gid, mtime } = entry.header;
    // Maven leaves out resources of time 0: not newer than a target that is not there.
    expect([uid, gid, mtime?.getTime()]).toEqual([0, 0, Date.UTC(1980, 0, 2)]);
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries[name] = `${type} ${mode.toString(8)} ${linkname ?? Buffer.concat(chunks).toString()}`;
  }
  return entries;
}

const small = {
  Dockerfile: "FROM scratch\nCOPY . /\n",
  "src/main.ts": "main",
  "src/a b.ts": "",
  ".dockerignore": "*.log",
  "x.log": "log",
};

describe("the content hash of a context", () => {
  it("does not depend on place, time, umask, owner or order of writing", async () => {
    const first = write(small, "first");
    const second = write(Object.fromEntries(Object.entries(small).reverse()), "second");
    execFileSync("chmod", ["-R", "g-rwx,o-rwx", second]);
    utimesSync(join(second, "src/main.ts"), 1, 1);
    expect(await hashOf({ context: second })).toBe(await hashOf({ context: first }));
  });

  it("is the same whatever the order in which files appear", async () => {
    const files = fc.dictionary(fc.stringMatching(/^[a-zé\u{1F600}]{1,6}$/u), fc.string({ maxLength: 20 }), {
      minKeys: 1,
      maxKeys: 8,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(files, async (content) => {
        const named = { ...content, Dockerfile: "FROM scratch" };
        const one = write(named, `one${++run}`);
        const other = write(Object.fromEntries(Object.entries(named).reverse()), `other${run}`);
        return (await hashOf({ context: one })) === (await hashOf({ context: other }));
      }),
      { numRuns: 25 },
    );
  });

  it("is this very value on every machine and in every version", async () => {
    const context = write(small);
    chmodSync(join(context, "src/main.ts"), 0o755);
    symlinkSync("main.ts", join(context, "src/link"));
    const hash = await hashOf({ context, args: { B: "2", A: "1" }, target: "t", platform: "linux/amd64" });
    expect(hash).toBe("37984984c709d19ca2537eb4cd7a9cdccfe493edfa6eebe25dfc1a864e1ba9eb");
  });

  it.each<[string, (context: string) => void]>([
    ["a byte", (c) => writeFileSync(join(c, "src/main.ts"), "mbin")],
    ["the x bit", (c) => chmodSync(join(c, "src/main.ts"), 0o755)],
    ["a name", (c) => renameSync(join(c, "src/main.ts"), join(c, "src/mein.ts"))],
    ["an empty folder", (c) => mkdirSync(join(c, "src/empty"))],
    ["a link", (c) => symlinkSync("main.ts", join(c, "src/link"))],
    ["the Dockerfile", (c) => writeFileSync(join(c, "Dockerfile"), "FROM scratch\n")],
    ["what is ignored", (c) => writeFileSync(join(c, ".dockerignore"), "")],
  ])("changes with %s", async (_, change) => {
    const context = write(small);
    const before = await hashOf({ context });
    change(context);
    expect(await hashOf({ context })).not.toBe(before);
  });

  it("changes with where a link points", async () => {
    const context = write(small);
    symlinkSync("main.ts", join(context, "link"));
    const before = await hashOf({ context });
    rmSync(join(context, "link"));
    symlinkSync("other", join(context, "link"));
    expect(await hashOf({ context })).not.toBe(before);
  });

  it("changes with arguments, target, platform and which Dockerfile, each differently", async () => {
    const context = write({ ...small, "Dockerfile.dev": small.Dockerfile });
    const variants: Omit<BuildOptions, "context">[] = [
      {},
      { args: { A: "1" } },
      { args: { A: "1", B: "" } },
      { args: { A1: "" } },
      { target: "x" },
      { platform: "x" },
      { dockerfile: "Dockerfile.dev" },
    ];
    const hashes = await Promise.all(variants.map((variant) => hashOf({ context, ...variant })));
    expect(new Set(hashes).size).toBe(variants.length);
    expect(await hashOf({ context, args: { B: "", A: "1" } })).toBe(hashes[2]);
  });

  it("is blind to what is ignored", async () => {
    const context = write(small);
    const before = await hashOf({ context });
    writeFileSync(join(context, "y.log"), "more");
    writeFileSync(join(context, "x.log"), "changed");
    expect(await hashOf({ context })).toBe(before);
  });
});

describe("a context that cannot be read", () => {
  it("is named with its path, and the promise does not reject", async () => {
    const context = write(small);
    expect(await errorOf({ context: join(root, "nowhere") })).toBe(`${join(root, "nowhere")}: there is no such folder`);
    expect(await errorOf({ context: join(context, "Dockerfile") })).toContain("is not a folder");
    expect(await errorOf({ context, dockerfile: "Dockerfile.x" })).toBe(
      `${join(context, "Dockerfile.x")}: there is no Dockerfile here`,
    );
    expect(await errorOf({ context, ignoreFile: "none" })).toContain("there is no ignore file here");
    writeFileSync(join(context, ".dockerignore"), "a\n[b\n");
    expect(await errorOf({ context })).toContain("line 2 is no pattern: [b");
  });

  it("because of a pipe is named, unless the pipe is ignored", async () => {
    const context = write(small);
    execFileSync("mkfifo", [join(context, "pipe")]);
    expect(await errorOf({ context })).toContain(`${join(context, "pipe")}: is neither file, folder nor link`);
    writeFileSync(join(context, ".dockerignore"), "pipe");
    expect(await errorOf({ context })).toBe("no error");
  });
});

describe("the ignore file", () => {
  const paths = async (options: BuildOptions) => (await readContext(options)).entries.map(({ path }) => path);

  it("beside the Dockerfile goes before the common one, and both files are always sent", async () => {
    const context = write({
      "app.Dockerfile": "FROM scratch",
      "app.Dockerfile.dockerignore": "*",
      ".dockerignore": "",
      a: "",
      "b/c": "",
    });
    expect(await paths({ context, dockerfile: "app.Dockerfile" })).toEqual(["app.Dockerfile", "app.Dockerfile.dockerignore"]);
  });

  it("keeps the folders of what an exception brings back", async () => {
    const context = write({ Dockerfile: "", ".dockerignore": "*\n!**/*.go", "a/b/c.go": "", "a/b/c.txt": "", "d/e.txt": "" });
    expect(await paths({ context })).toEqual([".dockerignore", "Dockerfile", "a", "a/b", "a/b/c.go"]);
  });

  it("sorts by bytes, not by JavaScript's order of characters", async () => {
    const context = write({ Dockerfile: "", "\u{1F600}": "", "\uFB01": "" });
    expect(await paths({ context })).toEqual(["Dockerfile", "\uFB01", "\u{1F600}"]);
  });
});

describe("the packed context", () => {
  it("holds exactly what was hashed, owned by root, without times", async () => {
    const context = write({ ...small, [`deep/${"long".repeat(60)}`]: "x", grüß: "gott" });
    chmodSync(join(context, "src/main.ts"), 0o700);
    symlinkSync("../Dockerfile", join(context, "src/link"));
    symlinkSync("t/".repeat(80), join(context, "src/long"));
    const { tar, dockerfile } = await packContext({ context }, await hashOf({ context }));
    expect(dockerfile).toBe("Dockerfile");
    expect(await unpack(tar)).toEqual({
      ".dockerignore": "file 644 *.log",
      Dockerfile: `file 644 ${small.Dockerfile}`,
      "deep/": "directory 755 ",
      [`deep/${"long".repeat(60)}`]: "file 644 x",
      grüß: "file 644 gott",
      "src/": "directory 755 ",
      "src/a b.ts": "file 644 ",
      "src/link": "symlink 777 ../Dockerfile",
      "src/long": `symlink 777 ${"t/".repeat(80)}`,
      "src/main.ts": "file 755 main",
    });
  });

  it("is byte for byte the same twice", async () => {
    const contexts = [write(small, "one"), write(small, "two")];
    const hash = await hashOf({ context: contexts[0] ?? "" });
    const [one, two] = await Promise.all(contexts.map(async (context) => bytesOf((await packContext({ context }, hash)).tar)));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });

  it("carries a Dockerfile that lies outside", async () => {
    const context = write({ "a.txt": "a" });
    writeFileSync(join(root, "Outside"), "FROM scratch");
    const options = { context, dockerfile: "../Outside" };
    const { tar, dockerfile } = await packContext(options, await hashOf(options));
    expect((await unpack(tar))[dockerfile]).toBe("file 644 FROM scratch");
  });

  it("carries and hashes what a linked Dockerfile leads to", async () => {
    const context = write({ "a.txt": "a" });
    writeFileSync(join(root, "Outside"), "FROM scratch");
    symlinkSync("../Outside", join(context, "Dockerfile"));
    const hash = await hashOf({ context });
    const { tar, dockerfile } = await packContext({ context }, hash);
    expect((await unpack(tar))[dockerfile]).toBe("file 644 FROM scratch");
    writeFileSync(join(root, "Outside"), "FROM busybox");
    expect(await hashOf({ context })).not.toBe(hash);
  });

  it("is refused when the context is not the one that was planned", async () => {
    const context = write(small);
    const hash = await hashOf({ context });
    writeFileSync(join(context, "src/main.ts"), "other");
    await expect(packContext({ context }, hash)).rejects.toMatchObject({ code: "CONTEXT_CHANGED" });
  });

  it.each([
    ["grows", "m".repeat(3_000_000)],
    ["shrinks", "m"],
    ["changes in place", "n".repeat(2_000_000)],
  ])("fails when a file %s while it is being sent", async (_, later) => {
    const context = write({ ...small, "z.bin": "m".repeat(2_000_000) });
    const { tar } = await packContext({ context }, await hashOf({ context }));
    writeFileSync(join(context, "z.bin"), later);
    await expect(bytesOf(tar)).rejects.toMatchObject({ code: "CONTEXT_CHANGED" });
  });

  it("of a large file arrives whole through a slow reader", async () => {
    const content = "0123456789abcdef".repeat(200_000);
    const context = write({ Dockerfile: "", big: content });
    const { tar } = await packContext({ context }, await hashOf({ context }));
    const files = await unpack(tar);
    expect(
      createHash("sha256")
        .update(files.big ?? "")
        .digest("hex"),
    ).toBe(createHash("sha256").update(`file 644 ${content}`).digest("hex"));
  });
});

describe("the stat cache", () => {
  const stamp = (changes: Partial<FileStamp> = {}): FileStamp => ({
    size: 4n,
    mtimeNs: 1n,
    ctimeNs: 1n,
    ino: 7n,
    dev: 1n,
    ...changes,
  });
  const digest = "d16e57";
  const later = () => 10_000_000_000n;

  it("finds a digest again only for the very same stamp", () => {
    const cache = openStatCache(root, "/c", later);
    cache.remember("a", stamp(), digest);
    cache.save();
    const again = openStatCache(root, "/c", later);
    expect(again.find("a", stamp())).toEqual(digest);
    for (const key of ["size", "mtimeNs", "ctimeNs", "ino", "dev"] as const)
      expect(again.find("a", stamp({ [key]: 99n }))).toBeUndefined();
    expect(again.find("b", stamp())).toBeUndefined();
    expect(openStatCache(root, "/other", later).find("a", stamp())).toBeUndefined();
  });

  it("does not trust a file that was written a moment ago, or in the future", () => {
    const now = () => 5_000_000_000n;
    const cache = openStatCache(root, "/c", now);
    cache.remember("just", stamp({ mtimeNs: 4_000_000_000n }), digest);
    cache.remember("future", stamp({ mtimeNs: 9_000_000_000n }), digest);
    cache.remember("changed", stamp({ ctimeNs: 4_900_000_000n }), digest);
    cache.remember("old", stamp({ mtimeNs: 2_000_000_000n }), digest);
    cache.save();
    const again = openStatCache(root, "/c", now);
    expect(again.find("old", stamp({ mtimeNs: 2_000_000_000n }))).toEqual(digest);
    expect(again.find("just", stamp({ mtimeNs: 4_000_000_000n }))).toBeUndefined();
    expect(again.find("future", stamp({ mtimeNs: 9_000_000_000n }))).toBeUndefined();
    expect(again.find("changed", stamp({ ctimeNs: 4_900_000_000n }))).toBeUndefined();
  });

  it("costs only time when it is broken or cannot be written", async () => {
    const context = write(small);
    const cacheDir = join(root, "cache");
    const cache = openStatCache(cacheDir, realpathSync(context), later);
    cache.remember("src/main.ts", stamp(), digest);
    cache.save();
    const hash = await hashOf({ context }, cacheDir);
    for (const file of readdirSync(join(cacheDir, "contexts"))) writeFileSync(join(cacheDir, "contexts", file), "broken");
    expect(await hashOf({ context }, cacheDir)).toBe(hash);
    writeFileSync(join(root, "file"), "");
    expect(await hashOf({ context }, join(root, "file"))).toBe(hash);
    expect(existsSync(join(root, "file"))).toBe(true);
  });

  it("sees a change that keeps size and time of modification", async () => {
    const context = write(small);
    const file = join(context, "src/main.ts");
    utimesSync(file, 1_000, 1_000);
    const cacheDir = join(root, "cache");
    const before = await hashOf({ context }, cacheDir);
    writeFileSync(file, "niam");
    utimesSync(file, 1_000, 1_000);
    expect(await hashOf({ context }, cacheDir)).not.toBe(before);
  });
});
