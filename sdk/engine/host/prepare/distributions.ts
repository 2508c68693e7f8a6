/** Where each distribution has its engine. Pure. */
import { DrayageError } from "../../../spec/drayage-error";
import type { PrepareSpec } from "../../../spec/prepare";
import type { OperatingSystem } from "./observed-machine";

export interface EnginePackages {
  readonly manager: "apt" | "dnf";
  /** The engine itself is the first. */
  readonly packages: readonly string[];
  /** Undefined: the distribution's own. */
  readonly repository?: { readonly url: string; readonly suite: string; readonly keyHash: string };
}

/** SHA-256 of https://download.docker.com/linux/debian/gpg (and …/ubuntu/gpg): key 9DC8 5822 9FC7 DD38 854A E2D8 8D81 803C 0EBF CD88. */
const dockerKeyHash = "1500c1f56fa9e26b9b8f42452a553675796ade0807cdce11975eb98170b3a570";

/** The oldest release whose engine is new enough for us. */
const oldest: Readonly<Record<string, number>> = { debian: 11, ubuntu: 20.04, amzn: 2023 };

export const managerOf = ({ id }: OperatingSystem): "apt" | "dnf" => (id === "amzn" ? "dnf" : "apt");

/** @throws HOST_UNSUPPORTED */
export function enginePackages(host: string, os: OperatingSystem, { from }: PrepareSpec["engine"]): EnginePackages {
  const since = oldest[os.id];
  if (since === undefined || !(Number(os.version) >= since))
    throw unsupported(
      host,
      `${host} runs ${os.name}, on which drayage does not know how to install an engine`,
      "Debian from 11, Ubuntu from 20.04 and Amazon Linux 2023 are known. Elsewhere install Docker 20.10 or newer by hand; the rest is done then.",
    );
  if (os.id === "amzn") {
    if (from === "distro") return { manager: "dnf", packages: ["docker"] };
    throw unsupported(
      host,
      `Docker has no packages of its own for ${os.name}`,
      'Write engine: { from: "distro" } for this host.',
    );
  }
  // Recommended packages are left out, and networks need this one.
  if (from === "distro") return { manager: "apt", packages: ["docker.io", "iptables"] };
  return {
    manager: "apt",
    packages: ["docker-ce", "docker-ce-cli", "containerd.io", "iptables"],
    repository: { url: `https://download.docker.com/linux/${os.id}`, suite: os.codename, keyHash: dockerKeyHash },
  };
}

const unsupported = (host: string, message: string, hint: string): DrayageError =>
  new DrayageError("HOST_UNSUPPORTED", message, { subject: host, hint });
