import type { HostKey } from "../../../../sdk/engine/connection/host-key";

/** Public halves of two throw-away keys, with the fingerprints that ssh-keygen prints for them. */
export const ed25519Key: HostKey = {
  type: "ssh-ed25519",
  base64: "AAAAC3NzaC1lZDI1NTE5AAAAIBAVfaOq43ZsvCTXoZ7LaUE7I0wyUf7qQyt+SAHrpxxC",
};
export const ed25519Fingerprint = "SHA256:B5xOyAoQw4fKgLYwJMFK50cCagH/hKFXnIru5lDboBI";

export const ecdsaKey: HostKey = {
  type: "ecdsa-sha2-nistp256",
  base64:
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDrBjnUaQ9qUATQW8UCKJUVZByO/z/+Mz/kRbabKhtOA8W+qwWs61bCNnJBeayOHDnVPdmpm1EqgHAUf+NPG/5Y=",
};
export const ecdsaFingerprint = "SHA256:fuRh8w9TnAHz2EvHrR8Ht3xIBTkwSGrmixtg32boAFU";
