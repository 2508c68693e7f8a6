import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSource } from "../../../../sdk/context/secrets/file-source";
import type { SecretMachine } from "../../../../sdk/context/secrets/secret-source";
import { sopsSource } from "../../../../sdk/context/secrets/sops-source";
import { fromFile, fromSops } from "../../../../sdk/spec/secret-ref";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "drayage-secrets-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const machine = (): SecretMachine => {
  const environment = { PATH: `${base}/bin:/usr/bin:/bin`, BASE: base };
  return { base, home: join(base, "home"), environment, environmentOfPrograms: environment };
};
const write = (name: string, content: string | Buffer) => writeFileSync(join(base, name), content);

describe("a secret in a file", () => {
  const read = async (path: string) => (await fileSource.resolve([fromFile(path)], machine()))[0];

  it("is the file's text without the line break that editors put at the end", async () => {
    write("pg", "hun ter\n22\n");
    expect(await read("./pg")).toEqual({ value: "hun ter\n22" });
    write("windows", "hunter22\r\n");
    expect(await read("windows")).toEqual({ value: "hunter22" });
  });

  it.each([
    ["gone", "the file gone does not exist"],
    [".", "the file . is a folder"],
    ["empty", "the file empty is empty"],
    ["binary", "the file binary is not UTF-8 text"],
    ["large", "the file large holds more than 1 MiB"],
  ])("is missing as one clause with the command that puts it there: %s", async (path, problem) => {
    write("empty", "\n");
    write("binary", Buffer.from([0xff, 0xfe, 0x00]));
    write("large", Buffer.alloc(1024 * 1024 + 1, "a"));
    expect(await read(path)).toEqual({ problem, hint: `install -m 600 /dev/stdin ${path}` });
  });

  it("may have any name: the command shown can be pasted", async () => {
    expect(await read("it's here")).toMatchObject({ hint: String.raw`install -m 600 /dev/stdin 'it'\''s here'` });
  });
});

/** A program that stands in for sops: says what the real one says (3.9), and notes how often it was started. */
function fakeSops(script: string): void {
  rmSync(join(base, "bin"), { recursive: true, force: true });
  mkdirSync(join(base, "bin"));
  write("bin/sops", `#!/bin/sh\necho "$@" >> "$BASE/started"\n${script}\n`);
  chmodSync(join(base, "bin/sops"), 0o755);
}

describe("a secret in a SOPS file", () => {
  const read = (...keys: string[]) =>
    sopsSource.resolve(
      keys.map((key) => fromSops("secrets.yaml", key)),
      machine(),
    );
  const tree = {
    db: { password: "hunter22", port: 5432, "spring.datasource.url": "jdbc", none: null },
    list: ["a", "b"],
    empty: "",
  };

  beforeEach(() => write("secrets.yaml", "sops: {}\n"));

  it("is found by its path, with one start of the program for all of a file", async () => {
    fakeSops(`cat <<'END'\n${JSON.stringify(tree)}\nEND`);
    expect(await read("db.password", "db.port", "db.spring.datasource.url", "list.1")).toEqual([
      { value: "hunter22" },
      { value: "5432" },
      { value: "jdbc" },
      { value: "b" },
    ]);
    expect(readFileSync(join(base, "started"), "utf8")).toBe(`--decrypt --output-type json ${join(base, "secrets.yaml")}\n`);
  });

  it.each([
    ["db.user", "secrets.yaml has no db.user"],
    ["db.password.more", "secrets.yaml has no db.password.more"],
    ["db", "db in secrets.yaml is an object, not one value"],
    ["list", "list in secrets.yaml is a list, not one value"],
    ["empty", "empty is empty in secrets.yaml"],
    ["__proto__", "secrets.yaml has no __proto__"],
  ])("is missing where the file has no such value: %s", async (key, problem) => {
    fakeSops(`cat <<'END'\n${JSON.stringify(tree)}\nEND`);
    expect(await read(key)).toEqual([{ problem, hint: "sops secrets.yaml" }]);
  });

  it("whose key is not on this machine says so", async () => {
    fakeSops(
      `cat >&2 <<'END'\nFailed to get the data key required to decrypt the SOPS file.\n\nGroup 0: FAILED\n  age1x: FAILED\n    - | failed to create reader with\n      | age: no identity matched any of the recipients\n\nRecovery failed\nEND\nexit 128`,
    );
    expect(await read("db.password")).toEqual([
      {
        problem:
          "no key of this machine decrypts secrets.yaml: failed to create reader with age: no identity matched any of the recipients",
        hint: expect.stringContaining("SOPS_AGE_KEY_FILE"),
      },
    ]);
  });

  it("that was never encrypted is refused: a secret in clear beside the program is a mistake", async () => {
    fakeSops('echo "sops metadata not found" >&2; exit 1');
    expect(await read("db.password")).toMatchObject([{ problem: "the file secrets.yaml is not encrypted with sops" }]);
  });

  it("that was tampered with is refused in sops' own words", async () => {
    fakeSops('echo "Error decrypting tree: message authentication failed" >&2; exit 25');
    expect(await read("db.password")).toMatchObject([
      { problem: "sops ended with 25 on secrets.yaml: Error decrypting tree: message authentication failed" },
    ]);
  });

  it("needs the file, then the program", async () => {
    rmSync(join(base, "secrets.yaml"));
    expect(await read("a")).toEqual([{ problem: "the file secrets.yaml does not exist", hint: "sops secrets.yaml" }]);
    write("secrets.yaml", "");
    const without = { ...machine(), environmentOfPrograms: { PATH: base } };
    expect(await sopsSource.resolve([fromSops("secrets.yaml", "a")], without)).toMatchObject([
      { problem: "secrets.yaml needs the program sops, which is not on PATH" },
    ]);
  });
});
