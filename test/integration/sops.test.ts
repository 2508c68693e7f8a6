import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecretReader } from "../../sdk/context/secrets/secret-reader";
import { fromSops } from "../../sdk/spec/secret-ref";
import { describeWith, toolsPath } from "../support/test-tools";

describeWith("sops", "age-keygen")("secrets of real SOPS files with an age key", () => {
  let folder: string;
  let recipient: string;
  const env = () => ({ PATH: `${toolsPath}:${process.env.PATH}`, HOME: folder });
  const reader = (keyFile = "key.txt") =>
    createSecretReader({ home: folder, environment: { ...env(), SOPS_AGE_KEY_FILE: join(folder, keyFile) } });
  const encrypt = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    execFileSync("sops", ["--encrypt", "--age", recipient, "--in-place", join(folder, name)], { env: env() });
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drayage-sops-"));
    execFileSync("age-keygen", ["-o", join(folder, "key.txt")], { env: env(), stdio: "ignore" });
    execFileSync("age-keygen", ["-o", join(folder, "other.txt")], { env: env(), stdio: "ignore" });
    recipient = /age1\w+/.exec(readFileSync(join(folder, "key.txt"), "utf8"))?.[0] ?? "";
    encrypt("secrets.yaml", "db:\n  password: hunter22\n  port: 5432\n");
    encrypt("prod.env", "API_KEY=hunter23\n");
    encrypt("app.json", '{"list": ["a", {"deep": "hunter24"}]}');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("are found in YAML, dotenv and JSON, and the files hold no value in clear", async () => {
    const refs = [fromSops("secrets.yaml", "db.password"), fromSops("prod.env", "API_KEY"), fromSops("app.json", "list.1.deep")];
    expect(await reader().read(refs, folder)).toEqual(["hunter22", "hunter23", "hunter24"].map((value) => ({ value })));
    expect(readFileSync(join(folder, "secrets.yaml"), "utf8")).not.toContain("hunter22");
  });

  it("are not found without the key, and what is said names the file and the variable to set", async () => {
    const [found] = await reader("other.txt").read([fromSops("secrets.yaml", "db.password")], folder);
    expect(found).toEqual({
      problem: expect.stringMatching(/^no key of this machine decrypts secrets\.yaml: .*no identity matched/),
      hint: expect.stringContaining("SOPS_AGE_KEY_FILE"),
    });
  });

  it("are refused where the file is in clear, or was changed by hand", async () => {
    writeFileSync(join(folder, "clear.yaml"), "db: hunter22\n");
    writeFileSync(
      join(folder, "changed.yaml"),
      readFileSync(join(folder, "secrets.yaml"), "utf8").replace("password:", "passwort:"),
    );
    const [clear, changed] = await reader().read([fromSops("clear.yaml", "db"), fromSops("changed.yaml", "db.passwort")], folder);
    expect(clear).toMatchObject({ problem: "the file clear.yaml is not encrypted with sops" });
    expect(changed).toMatchObject({ problem: expect.stringContaining("message authentication failed") });
  });
});
