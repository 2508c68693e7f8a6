import { existsSync, readFileSync } from "node:fs";

export interface BuildSettings {
  readonly network: "host" | undefined;
  /** By id, as the three-tier stack's Dockerfile takes them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The same as configuration of the stack. */
  readonly config: Readonly<Record<string, string>>;
}

/** Builds reach package registries as this machine does: where a proxy inspects TLS they need its certificates. */
export function buildSettings(env: NodeJS.ProcessEnv): BuildSettings {
  const caBundle = env.NODE_EXTRA_CA_CERTS;
  if (caBundle === undefined || !existsSync(caBundle)) return { network: undefined, secrets: {}, config: {} };
  return { network: "host", secrets: { ca: readFileSync(caBundle, "utf8") }, config: { caBundle, buildNetwork: "host" } };
}
