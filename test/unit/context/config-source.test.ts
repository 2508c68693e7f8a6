import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEnvFile } from "../../../sdk/context/open-env-file";
import { type ConfigSourceInput, readConfigSource } from "../../../sdk/context/read-config-source";
import { hashText } from "../../../sdk/spec/config";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "drayage-config-"));
  mkdirSync(join(base, "conf/sub"), { recursive: true });
  writeFileSync(join(base, "conf/b.conf"), "b");
  writeFileSync(join(base, "conf/sub/run.sh"), "#!/bin/sh");
  chmodSync(join(base, "conf/sub/run.sh"), 0o700);
  symlinkSync(".", join(base, "conf/loop"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const read = (source: ConfigSourceInput) => readConfigSource(source, base);

describe("a config", () => {
  it("of a folder is its sorted entries with modes", () => {
    expect(read({ folder: "conf" })).toMatchObject({
      entries: [
        { kind: "file", path: "b.conf", mode: 0o644, content: Buffer.from("b") },
        { kind: "symlink", path: "loop", target: "." },
        { kind: "directory", path: "sub", mode: 0o755 },
        { kind: "file", path: "sub/run.sh", mode: 0o755 },
      ],
    });
  });

  it("of a file is one entry without a path", () => {
    expect(read({ file: "conf/sub/run.sh" })).toMatchObject({ entries: [{ kind: "file", path: "", mode: 0o755 }] });
  });

  it("of a text has the hash the spec computes", () => {
    expect(read({ text: "hello" })).toMatchObject({ hash: hashText("hello") });
  });

  it("has a hash that follows content and x bit, and nothing else", () => {
    const hash = () => (read({ folder: "conf" }) as { hash: string }).hash;
    const before = hash();
    utimesSync(join(base, "conf/b.conf"), 1, 1);
    chmodSync(join(base, "conf/b.conf"), 0o600);
    expect(hash()).toBe(before);
    chmodSync(join(base, "conf/b.conf"), 0o700);
    const executable = hash();
    expect(executable).not.toBe(before);
    writeFileSync(join(base, "conf/b.conf"), "c");
    expect(hash()).not.toBe(executable);
  });

  it.each<[ConfigSourceInput, string]>([
    [{ file: "nowhere" }, "nowhere does not exist"],
    [{ file: "conf" }, "conf is a folder; write { folder: … }"],
    [{ folder: "conf/b.conf" }, "conf/b.conf is a file; write { file: … }"],
  ])("of %j is a problem, not an exception", (source, reason) => expect(read(source)).toEqual({ error: { path: "", reason } }));
});

describe("an env file", () => {
  it("is read as Compose reads it", () => {
    writeFileSync(
      join(base, "a.env"),
      '# comment\n\nA=1\nexport B = two words # note\nC=\'raw $X \\n\'\nD="line\\nnext \\"q\\""\nE=\nF=a#b\r\n',
    );
    expect(openEnvFile(base)("a.env")).toEqual({
      environment: { A: "1", B: "two words", C: "raw $X \\n", D: 'line\nnext "q"', E: "", F: "a#b" },
    });
  });

  it("is named by line when it is none, without its content", () => {
    writeFileSync(join(base, "bad.env"), "A=1\nhunter2\n");
    expect(openEnvFile(base)("bad.env")).toEqual({ error: "line 2 is not NAME=value" });
    expect(openEnvFile(base)("none.env")).toEqual({ error: "does not exist" });
  });
});
