import { CustomResource, type CustomResourceOptions, type Output, Resource } from "@pulumi/pulumi";
import type { Problem } from "../spec/drayage-error";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

/**
 * The key by which one machine is known at its first contact: made before the machine, given to it as user data (`cloudInit`), pinned
 * by its `Host`. At that contact the machine makes a key of its own, and this one is trusted no more. One machine, one HostKey.
 *
 * @example
 * const key = new HostKey("cloud");
 * const server = new hcloud.Server("cloud", { userData: cloudInit({ hostKey: key, authorizedKeys: [publicKey] }), … });
 * const cloud = new Host("cloud", { address: server.ipv4Address, user: "deploy", hostKey: key });
 */
export class HostKey extends CustomResource {
  /** `ecdsa-sha2-nistp256 AAAA…`; known when it was made. */
  declare readonly publicKey: Output<string>;
  /** SEC1 PEM, as sshd reads it. A secret. */
  declare readonly privateKey: Output<string>;
  /** `SHA256:…` of the public half. */
  declare readonly fingerprint: Output<string>;
  /** @internal */
  readonly isHostKey: boolean;
  private host: string | undefined;

  constructor(name: string, options?: CustomResourceOptions) {
    const { stackUid } = programFacts();
    const outputs = { publicKey: undefined, privateKey: undefined, fingerprint: undefined };
    super("drayage:index:HostKey", name, { name, stackUid, problems: reportProblems(name, []), ...outputs }, secretly(options));
    this.isHostKey = true;
  }

  /** Told by the Host that pins it. Two machines with one key could pass for each other. */
  takenBy(host: string): readonly Problem[] {
    const { host: other = host } = this;
    this.host = other;
    return other === host
      ? []
      : [{ path: "hostKey", reason: `is already the key of the host ${other}: each machine needs a HostKey of its own` }];
  }
}

const secretly = (options: CustomResourceOptions = {}): CustomResourceOptions => ({
  ...options,
  additionalSecretOutputs: [...(options.additionalSecretOutputs ?? []), "privateKey"],
});

/** Whether it is one, whichever copy of the package made it. */
export const isHostKey = (value: unknown): value is HostKey =>
  Resource.isInstance(value) && (value as { readonly isHostKey?: boolean }).isHostKey === true;
