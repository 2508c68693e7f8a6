/** A key pair that a machine is given before it exists, so that its first contact can be verified. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { fingerprintOf, type HostKey, hostKeyText } from "../../connection/host-key";

export interface HostKeyPair {
  /** SEC1 PEM: sshd reads it as it is. (What Node writes for ed25519 is PKCS#8, which OpenSSH refuses.) */
  readonly privateKey: string;
  /** `ecdsa-sha2-nistp256 AAAA…` */
  readonly publicKey: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

export function makeHostKeyPair(): HostKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = sshKey(publicKey);
  return {
    privateKey: privateKey.export({ type: "sec1", format: "pem" }).toString(),
    publicKey: hostKeyText(key),
    fingerprint: fingerprintOf(key),
  };
}

const type = "ecdsa-sha2-nistp256";

/** RFC 5656: name, curve and the uncompressed point, each with its length before it. */
function sshKey(publicKey: KeyObject): HostKey {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.of(4), ...[x, y].map((part) => Buffer.from(part, "base64url"))]);
  const blob = Buffer.concat([Buffer.from(type), Buffer.from("nistp256"), point].map(withLength));
  return { type, base64: blob.toString("base64") };
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
