import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHostKey } from "../../../../../sdk/engine/connection/host-key";
import { makeHostKeyPair } from "../../../../../sdk/engine/host/enrol/host-key-pair";

describe("a host key pair", () => {
  it("is read by OpenSSH as it is: both halves belong together, and the fingerprint is the one ssh prints", () => {
    const folder = mkdtempSync(join(tmpdir(), "dray-key-"));
    try {
      const { privateKey, publicKey, fingerprint } = makeHostKeyPair();
      const file = join(folder, "key");
      writeFileSync(file, privateKey, { mode: 0o600 });
      const ask = (...args: string[]) => execFileSync("ssh-keygen", [...args, "-f", file], { encoding: "utf8" }).trim();
      expect(ask("-y")).toBe(publicKey);
      expect(ask("-l").split(" ")[1]).toBe(fingerprint);
      expect(parseHostKey(publicKey)?.type).toBe("ecdsa-sha2-nistp256");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is another one each time", () => {
    expect(makeHostKeyPair().fingerprint).not.toBe(makeHostKeyPair().fingerprint);
  });
});
