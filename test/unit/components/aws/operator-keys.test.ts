import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operatorKeys } from "../../../../components/aws/operator-keys";

describe("the operator's public keys", () => {
  const home = mkdtempSync(join(tmpdir(), "drayage-keys-"));
  const places = { home, base: home };
  beforeAll(() => {
    mkdirSync(join(home, ".ssh"));
    writeFileSync(join(home, ".ssh/id_rsa.pub"), "ssh-rsa AAAA b\n");
    writeFileSync(join(home, ".ssh/id_ed25519.pub"), "ssh-ed25519 AAAA a\n");
    writeFileSync(join(home, ".ssh/known.pub"), "other\n");
    writeFileSync(join(home, "deploy.pub"), "ssh-ed25519 AAAA deploy\n");
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("are those of ~/.ssh, in one order", () => {
    expect(operatorKeys([], places)).toEqual({ keys: ["ssh-ed25519 AAAA a", "ssh-rsa AAAA b"] });
  });

  it("are the halves of the keys that the host is logged in with", () => {
    expect(operatorKeys(["deploy", "~/.ssh/id_rsa"], places)).toEqual({ keys: ["ssh-ed25519 AAAA deploy", "ssh-rsa AAAA b"] });
  });

  it("that are not there are told with what would help", () => {
    expect(operatorKeys(["other"], places)).toEqual({
      problem: { path: "authorizedKeys", reason: expect.stringContaining("ssh-keygen -y -f other") },
    });
    expect(operatorKeys([], { home: join(home, "nobody"), base: home })).toEqual({
      problem: { path: "authorizedKeys", reason: expect.stringContaining("no ~/.ssh/id_*.pub") },
    });
  });
});
