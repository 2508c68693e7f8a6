import type { Check } from "./check";
import { baseImageCheck } from "./checks/base-image";
import { buildkitClientCheck } from "./checks/buildkit-client";
import { dockerEngineCheck } from "./checks/docker-engine";
import { nodeCheck } from "./checks/node";
import { pulumiCliCheck } from "./checks/pulumi-cli";
import { sshClientCheck } from "./checks/ssh-client";

/** In the order in which they are obtained: an engine before the image that lies on it, and before the client it brings. */
export const allChecks: readonly Check[] = [
  nodeCheck,
  sshClientCheck,
  pulumiCliCheck,
  dockerEngineCheck,
  buildkitClientCheck,
  baseImageCheck,
];
