/** What an engine says when it cannot talk to a registry. Its words are Go's, of the network and of TLS. */
import type { DockerRule } from "./docker-errors";

const transfers = /^(push|pull|look up) /;

export const registryRules: readonly DockerRule[] = [
  {
    matches: ({ action, message }) => transfers.test(action) && /server gave HTTP response to HTTPS client/i.test(message),
    explain: ({ host, message }) => ({
      code: "REGISTRY_INSECURE",
      message: `the registry speaks plain HTTP, and the engine of ${host} wants TLS: ${message}`,
      hint: `Give the registry TLS, or allow it there: "insecure-registries": ["HOST:PORT"] in /etc/docker/daemon.json.`,
    }),
  },
  {
    matches: ({ action, message }) => transfers.test(action) && /x509:|tls: |certificate/i.test(message),
    explain: ({ host, message }) => ({
      code: "REGISTRY_UNREACHABLE",
      message: `the engine of ${host} does not trust the registry's certificate: ${message}`,
      hint: "Put its authority into /etc/docker/certs.d/HOST:PORT/ca.crt on that host.",
    }),
  },
  {
    matches: ({ action, message }) => transfers.test(action) && unreachable.test(message),
    explain: ({ host, message }) => ({
      code: "REGISTRY_UNREACHABLE",
      message: `the engine of ${host} cannot reach the registry: ${message}`,
      hint: "Try it on that host: docker pull. When the registry answers again, run the same command again.",
    }),
  },
  {
    matches: ({ action, message }) =>
      action.startsWith("push ") && /name unknown|repository .*(not found|does not exist)/i.test(message),
    explain: ({ message }) => ({
      code: "IMAGE_NOT_FOUND",
      message: `the registry has no such repository: ${message}`,
      hint: "Some registries (ECR) want it created first: docs/registries.md.",
    }),
  },
  {
    matches: ({ action, message }) => action.startsWith("push ") && /already exists.*(overwritten|immutable)/i.test(message),
    explain: ({ message }) => ({
      code: "IMAGE_MISMATCH",
      message: `the registry has that tag already, and lets no tag mean another image: ${message}`,
      hint: "Delete the tag in the registry, or write another `tag` in push; then run the same command again.",
    }),
  },
];

const unreachable =
  /dial tcp|no such host|i\/o timeout|TLS handshake timeout|Client\.Timeout|connection (refused|reset)|unexpected HTTP status: 5|toomanyrequests|: EOF$/i;
