/** Whose images a system's are, and how they are called. Pure. */
import type { MachineSystem } from "./ec2-host-args";
import type { Arch } from "./instance-size";

export const machineSystems: readonly MachineSystem[] = ["debian-12", "debian-13", "ubuntu-24.04", "amazon-linux-2023"];

export interface ImageQuery {
  /** Accounts; absent: anybody's. */
  readonly owners?: readonly string[];
  readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** An image that is named is found also when its owner advises against it. */
  readonly includeDeprecated: boolean;
}

export function queryOf(image: { readonly os: MachineSystem } | { readonly id: string }, arch: Arch): ImageQuery {
  if ("id" in image) return { filters: [{ name: "image-id", values: [image.id] }], includeDeprecated: true };
  const { owner, name } = published[image.os](arch);
  const filters = [
    { name: "name", values: [name] },
    { name: "architecture", values: [amazonArch(arch)] },
  ];
  return { owners: [owner], filters, includeDeprecated: false };
}

/** Amazon's word for what Docker calls amd64 or arm64. */
export const amazonArch = (arch: Arch): string => (arch === "amd64" ? "x86_64" : "arm64");

/** Docker's word; what Amazon has beside the two stays as it is. */
export const dockerArch = (arch: string): string => (arch === "x86_64" ? "amd64" : arch);

/** `amazon` is the account of Amazon Linux; the numbers are Debian's and Canonical's. */
const published: Readonly<Record<MachineSystem, (arch: Arch) => { readonly owner: string; readonly name: string }>> = {
  "debian-12": (arch) => ({ owner: "136693071363", name: `debian-12-${arch}-*` }),
  "debian-13": (arch) => ({ owner: "136693071363", name: `debian-13-${arch}-*` }),
  "ubuntu-24.04": (arch) => ({
    owner: "099720109477",
    name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${arch}-server-*`,
  }),
  "amazon-linux-2023": (arch) => ({ owner: "amazon", name: `al2023-ami-2023.*-kernel-*-${amazonArch(arch)}` }),
};
