/** Credentials from the operator's docker configuration, fetched when a host is about to pull and kept nowhere. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RegistryCredentials } from "../docker/docker-engine";

export interface CredentialSource {
  /** Folder of docker's config.json: DOCKER_CONFIG, else ~/.docker. */
  readonly configFolder: string;
  /** For credential helpers: PATH, HOME and what their vault needs. */
  readonly environment: Readonly<Record<string, string>>;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

const HELPER_DEADLINE_MS = 15_000;

/**
 * As docker looks for them: the registry's helper, the store, the file. Undefined: none, which pulls public images; a helper that is
 * missing or fails counts as none, as it does for docker.
 */
export async function registryCredentials(registry: string, source: CredentialSource): Promise<RegistryCredentials | undefined> {
  const config = await readConfig(source.configFolder);
  const server = serverOf(registry);
  const helper = config.credHelpers?.[registry] ?? config.credHelpers?.[server] ?? config.credsStore;
  const fromHelper = helper === undefined ? undefined : await askHelper(helper, server, source);
  return fromHelper ?? fromFile(config, server);
}

/** As engines and credential stores call it: Docker Hub by its old name. */
export function serverOf(registry: string): string {
  return registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
}

function fromFile({ auths = {} }: DockerConfig, server: string): RegistryCredentials | undefined {
  const entry = Object.entries(auths).find(([name]) => hostOf(name) === hostOf(server))?.[1];
  if (entry?.identitytoken) return { serveraddress: server, identitytoken: entry.identitytoken };
  if (!entry?.auth) return undefined;
  const decoded = Buffer.from(entry.auth, "base64").toString();
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  return { serveraddress: server, username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, "") };
}

async function askHelper(helper: string, server: string, source: CredentialSource): Promise<RegistryCredentials | undefined> {
  // The name comes from a file and becomes the name of a command.
  if (!/^[\w.-]+$/.test(helper)) return undefined;
  const answer = await output(`docker-credential-${helper}`, server, source.environment);
  const { Username, Secret } = parsed<{ Username?: string; Secret?: string }>(answer);
  if (!Secret) return undefined;
  return Username === "<token>"
    ? { serveraddress: server, identitytoken: Secret }
    : { serveraddress: server, username: Username ?? "", password: Secret };
}

function output(command: string, input: string, environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Not the option `timeout`: its timer outlives a command that is missing, and keeps the process alive.
    const signal = AbortSignal.timeout(HELPER_DEADLINE_MS);
    const child = spawn(command, ["get"], { env: environment, stdio: ["pipe", "pipe", "ignore"], signal });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on("error", () => undefined);
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => resolve(code === 0 ? Buffer.concat(chunks).toString() : undefined));
    child.stdin.end(input);
  });
}

async function readConfig(folder: string): Promise<DockerConfig> {
  return parsed<DockerConfig>(await readFile(join(folder, "config.json"), "utf8").catch(() => undefined));
}

function parsed<T extends object>(text: string | undefined): Partial<T> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as Partial<T>) : {};
  } catch {
    return {};
  }
}

/** `https://registry.example/v1/` and `registry.example` are one. */
function hostOf(server: string): string {
  return server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
