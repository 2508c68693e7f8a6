/** Pulumi's mocks: what each resource was registered with, and outputs as a provider would give them. */
import * as pulumi from "@pulumi/pulumi";

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export function mockPulumi(config: Record<string, string> = { "dray:stackUid": "uid" }): Registered[] {
  const registered: Registered[] = [];
  pulumi.runtime.setAllConfig(config);
  void pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        const measured = { engineId: "engine-1", machineId: "machine-1", arch: "amd64", hostKey: "ssh-ed25519 AAAA" };
        // The engine stops at a resource with problems: what hangs on it never hears of it again.
        if (type.endsWith(":HostKey") && inputs.problems !== undefined) return new Promise(() => undefined);
        const pem = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
        const made = { publicKey: "ecdsa-sha2-nistp256 AAAA", privateKey: pem, fingerprint: "SHA256:A" };
        const outputs = type.endsWith("Host") ? measured : type.endsWith(":HostKey") ? made : {};
        return { id: `${name}-id`, state: { ...inputs, ...outputs } };
      },
    },
    "shop",
    "dev",
  );
  return registered;
}

export const known = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

/** Registration waits for hashes; a resource's URN is known when it is done. */
export const registeredAll = (...resources: pulumi.Resource[]): Promise<unknown> =>
  Promise.all(resources.map((resource) => known(resource.urn)));
