import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registryCredentials } from "../../../../sdk/engine/image/registry-credentials";

let folder: string;
const given = (config: unknown) =>
  writeFileSync(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
const helper = (name: string, script: string) => {
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};
const ask = (registry: string) =>
  registryCredentials(registry, { configFolder: folder, environment: { PATH: `${folder}:/usr/bin:/bin` } });
const auth = Buffer.from("ann:p:w").toString("base64");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drayage-credentials-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("credentials of a registry", () => {
  it.each([
    ["ghcr.io", "ghcr.io"],
    ["https://registry.example:5000/v1/", "registry.example:5000"],
    ["https://index.docker.io/v1/", "docker.io"],
  ])("are found in the file under %s for %s", async (key, registry) => {
    given({ auths: { "other.example": { auth: "eDp5" }, [key]: { auth } } });
    expect(await ask(registry)).toMatchObject({ username: "ann", password: "p:w" });
  });

  it("come from the registry's helper, which is told the registry on stdin", async () => {
    given({ credHelpers: { "ghcr.io": "vault" }, auths: { "ghcr.io": { auth } } });
    helper("vault", 'read server; echo "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"for $server\\"}"');
    expect(await ask("ghcr.io")).toEqual({ serveraddress: "ghcr.io", username: "get", password: "for ghcr.io" });
  });

  it("come from the store for any registry, a token as a token", async () => {
    given({ credsStore: "desk" });
    helper("desk", 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"tok\\"}"');
    expect(await ask("docker.io")).toEqual({ serveraddress: "https://index.docker.io/v1/", identitytoken: "tok" });
  });

  it.each([
    ["is missing", "absent", undefined],
    ["fails", "broken", "exit 1"],
    ["answers nonsense", "odd", "echo no"],
  ])("come from the file when the helper %s", async (_, name, script) => {
    given({ credsStore: name, auths: { "ghcr.io": { auth } } });
    if (script !== undefined) helper(name, script);
    expect(await ask("ghcr.io")).toMatchObject({ username: "ann" });
  });

  it.each(["{", "[]", "{}"])("are none in a configuration %j", async (config) => {
    given(config);
    expect(await ask("ghcr.io")).toBeUndefined();
  });

  it("never run a helper whose name is a path", async () => {
    given({ credsStore: "../evil;touch" });
    expect(await ask("ghcr.io")).toBeUndefined();
  });
});
