/**
 * Lets `require` load TypeScript, and ES module syntax, of the program. Files in node_modules are left to Node: what is
 * published is JavaScript.
 */
import { existsSync, readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { Options } from "sucrase";

export interface ModuleHook {
  /** Undoes the hook and forgets the program's modules, so that the next run loads them anew. */
  remove(): void;
}

export interface HookOptions {
  /** Folder of the project: JavaScript inside it may be written as ES modules. */
  readonly root: string;
  /** Folder from which the program's copy of @pulumi/pulumi is resolved. */
  readonly sdkFrom: string;
}

interface ModuleInternals {
  _extensions: Record<string, (module: CompilingModule, file: string) => void>;
  _resolveFilename(request: string, parent: { filename?: string } | undefined, ...rest: unknown[]): string;
}
interface CompilingModule {
  _compile(code: string, file: string): void;
}

const internals = Module as unknown as ModuleInternals;
const typescriptEndings = [".ts", ".cts", ".mts"];
const javascriptEndings = [".js", ".mjs"];

export function installModuleHook({ root, sdkFrom }: HookOptions): ModuleHook {
  const { _extensions: extensions, _resolveFilename: resolveFilename } = internals;
  const before = { ...extensions };
  const loaded = new Set<string>();
  for (const ending of [...typescriptEndings, ...javascriptEndings]) {
    const original = before[ending] ?? before[".js"];
    const isTypeScript = typescriptEndings.includes(ending);
    extensions[ending] = (module, file) => {
      const ours = !isPublished(file) && (isTypeScript || (file.startsWith(root + sep) && isModuleFile(file)));
      if (!isPublished(file)) loaded.add(file);
      if (ours) module._compile(transpile(file), file);
      else original?.(module, file);
    };
  }
  const sdk = sdkResolver(sdkFrom);
  internals._resolveFilename = (request, parent, ...rest) => {
    const resolve = (wanted: string) => resolveFilename.call(Module, wanted, parent, ...rest);
    try {
      return resolve(sdk(request, parent?.filename));
    } catch (error) {
      // TypeScript's ES modules name the file that will be emitted.
      if (!request.startsWith(".") || !request.endsWith(".js")) throw error;
      return resolve(request.replace(/\.js$/, ".ts"));
    }
  };
  return {
    remove() {
      internals._resolveFilename = resolveFilename;
      for (const ending of [...typescriptEndings, ...javascriptEndings]) restore(extensions, ending, before[ending]);
      for (const file of loaded) delete require.cache[file];
    },
  };
}

/**
 * Pulumi's SDK keeps its run in module state: two copies in one process do not see each other. Whoever asks gets the program's
 * copy, and a program that has none gets ours, as it gets our `drayage`.
 */
function sdkResolver(sdkFrom: string): (request: string, parent: string | undefined) => string {
  const fromProgram = createRequire(join(sdkFrom, "index.js"));
  // Resolving comes through the hook again.
  let resolving = false;
  const found = (resolve: () => string): string | undefined => {
    resolving = true;
    try {
      return resolve();
    } catch {
      return undefined;
    } finally {
      resolving = false;
    }
  };
  return (request, parent) => {
    const isSdk = request === "@pulumi/pulumi" || request.startsWith("@pulumi/pulumi/");
    if (resolving || !(isSdk || request === "drayage") || keepsOwnCopy(request, parent)) return request;
    const own = () => (isSdk ? require.resolve(request) : ownEntry());
    return found(() => fromProgram.resolve(request)) ?? found(own) ?? request;
  };
}

/** The wire classes of our own servers are loaded already; a second copy of them would not recognise the first. */
const keepsOwnCopy = (request: string, parent: string | undefined): boolean =>
  request.startsWith("@pulumi/pulumi/proto/") && parent !== undefined && !parent.includes(`${sep}@pulumi${sep}`);

const ownEntry = (): string => require.resolve("../../index");

const isPublished = (file: string): boolean => file.includes(`${sep}node_modules${sep}`);

function restore<T>(table: Record<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) delete table[key];
  else table[key] = value;
}

function isModuleFile(file: string): boolean {
  if (file.endsWith(".mjs")) return true;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type === "module";
  }
  return false;
}

function transpile(file: string): string {
  const { transform } = require("sucrase") as typeof import("sucrase");
  const options: Options = { transforms: ["typescript", "imports"], filePath: file, preserveDynamicImport: true };
  return transform(readFileSync(file, "utf8"), options).code;
}
