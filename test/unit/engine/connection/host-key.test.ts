import {
  fingerprintOf,
  hostKeyAlgorithms,
  hostKeyText,
  parseHostKey,
  parsePin,
} from "../../../../sdk/engine/connection/host-key";
import { ecdsaFingerprint, ecdsaKey, ed25519Fingerprint, ed25519Key } from "./example-keys";

describe("a host key", () => {
  it("has the fingerprint that ssh-keygen prints", () => {
    expect(fingerprintOf(ed25519Key)).toBe(ed25519Fingerprint);
    expect(fingerprintOf(ecdsaKey)).toBe(ecdsaFingerprint);
  });

  it("is read from a line with or without a comment, and only when type and bytes agree", () => {
    expect(parseHostKey(`${hostKeyText(ed25519Key)} root@rack\n`)).toEqual(ed25519Key);
    expect(parseHostKey(`ssh-rsa ${ed25519Key.base64}`)).toBeUndefined();
    for (const text of ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 !!!!", "NONE NONE"])
      expect(parseHostKey(text)).toBeUndefined();
  });
});

describe("a pin", () => {
  it("is a fingerprint or a full key, which is worth its fingerprint", () => {
    expect(parsePin("rack", ed25519Fingerprint)).toEqual({ fingerprint: ed25519Fingerprint });
    expect(parsePin("rack", hostKeyText(ecdsaKey))).toEqual({ fingerprint: ecdsaFingerprint, type: ecdsaKey.type });
  });

  it.each(["MD5:00:11", "SHA256:short", "yes", "", "ssh-ed25519 AAAA; rm"])("is refused when it is %j", (text) => {
    expect(() => parsePin("rack", text)).toThrow(expect.objectContaining({ code: "INVALID_PROGRAM" }));
  });
});

describe("the key types to ask for", () => {
  it("start with the pinned one, leave out those seen, and end when none is left", () => {
    expect(hostKeyAlgorithms("ssh-rsa", [])[0]).toBe("rsa-sha2-512");
    expect(hostKeyAlgorithms(undefined, [ed25519Key])).not.toContain("ssh-ed25519");
    const all = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];
    expect(
      hostKeyAlgorithms(
        undefined,
        all.map((type) => ({ type, base64: "AAAA" })),
      ),
    ).toEqual([]);
  });
});
