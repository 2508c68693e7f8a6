/** Where state lives: the user's Pulumi backend if there is one, else a folder of the project with a passphrase beside it. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";

export interface Backend {
  /** embedded: ours, in `<project>/.drayage`. user: the environment's, Pulumi.yaml's or the one logged in to. */
  readonly kind: "embedded" | "user";
  readonly url: string;
  /** To be added to the engine's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the state when it is on this machine. */
  readonly stateDir: string | undefined;
}

export interface BackendOptions {
  readonly workDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home: string;
}

export function findBackend({ workDir, env, home }: BackendOptions): Backend {
  const url = env.PULUMI_BACKEND_URL || projectBackend(workDir) || loggedInBackend(env.PULUMI_HOME ?? join(home, ".pulumi"));
  if (url === undefined) return embedded(workDir, env);
  return { kind: "user", url, env: {}, stateDir: localFolder(url, home) };
}

/** The embedded backend's folder, passphrase and an empty stack, so that no `pulumi stack init` is needed. */
export function prepareEmbedded(backend: Backend, workDir: string, project: string, stack: string): void {
  if (backend.kind !== "embedded" || backend.stateDir === undefined) return;
  const folder = join(workDir, ".drayage");
  const stacks = join(backend.stateDir, ".pulumi", "stacks", project);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(stacks, { recursive: true });
  writeNew(join(folder, ".gitignore"), "*\n");
  writeNew(join(folder, "passphrase"), `${randomBytes(24).toString("base64url")}\n`, 0o600);
  writeNew(join(backend.stateDir, ".pulumi", "meta.yaml"), "version: 1\n");
  const empty = { version: 3, checkpoint: { stack: `organization/${project}/${stack}` } };
  writeNew(join(stacks, `${stack}.json`), JSON.stringify(empty));
}

function embedded(workDir: string, env: NodeJS.ProcessEnv): Backend {
  const stateDir = join(workDir, ".drayage", "state");
  const url = pathToFileURL(stateDir).href;
  const own = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  const passphrase = own ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: join(workDir, ".drayage", "passphrase") };
  return { kind: "embedded", url, stateDir, env: { PULUMI_BACKEND_URL: url, ...passphrase } };
}

function projectBackend(workDir: string): string | undefined {
  const path = join(workDir, "Pulumi.yaml");
  if (!existsSync(path)) return undefined;
  return (parse(readFileSync(path, "utf8")) as { backend?: { url?: string } } | null)?.backend?.url;
}

function loggedInBackend(pulumiHome: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(pulumiHome, "credentials.json"), "utf8")) as { current?: string }).current || undefined;
  } catch {
    return undefined;
  }
}

function localFolder(url: string, home: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = decodeURIComponent(url.slice("file://".length)).replace(/\?.*$/, "");
  return path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path;
}

function writeNew(path: string, content: string, mode = 0o644): void {
  try {
    writeFileSync(path, content, { flag: "wx", mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
