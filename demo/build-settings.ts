/** Configuration that the three-tier stack's builds need on this machine, for the stack file of a demo or a test. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";

/** Behind a proxy that inspects TLS the environment names its certificates; builds take them as a secret. */
export function buildSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  const bundle = env.NODE_EXTRA_CA_CERTS ?? env.SSL_CERT_FILE;
  return { buildNetwork: "host", ...(bundle !== undefined && existsSync(bundle) ? { caBundle: bundle } : {}) };
}

export function configure(stackFile: string, project: string, settings: Readonly<Record<string, string>>): void {
  const document = parseDocument(readFileSync(stackFile, "utf8"));
  for (const [key, value] of Object.entries(settings)) document.setIn(["config", `${project}:${key}`], value);
  writeFileSync(stackFile, document.toString({ lineWidth: 0 }));
}
