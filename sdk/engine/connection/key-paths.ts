/** Where a host's private keys are on this machine. Pure. */
import { isAbsolute, join, resolve } from "node:path";
import type { ConnectionSpec } from "./connection";

/** None, one or several keys, as a list in the order written. */
export function identityFiles({
  identityFile = [],
}: {
  readonly identityFile?: string | readonly string[] | undefined;
}): string[] {
  return [identityFile].flat();
}

/** Relative paths start at `base`, the program's folder; `~/` is `home`. */
export function withKeyPaths(spec: ConnectionSpec, base: string, home: string): ConnectionSpec {
  if (spec.kind === "local" || spec.identityFile === undefined) return spec;
  const paths = identityFiles(spec).map((path) => placed(path, base, home));
  return { ...spec, identityFile: typeof spec.identityFile === "string" ? (paths[0] ?? spec.identityFile) : paths };
}

function placed(path: string, base: string, home: string): string {
  if (path === "~" || path.startsWith("~/")) return join(home, path.slice(1));
  return isAbsolute(path) ? path : resolve(base, path);
}
