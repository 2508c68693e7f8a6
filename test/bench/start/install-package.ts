/** The built package as npm installs it for a program: with the packages that only some programs need, or without them. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Installation {
  readonly folder: string;
  /** Of `dray`. */
  readonly main: string;
}

/** A folder with `node_modules`: drayage as a copy, or it would find the checkout's packages, and the rest as links. */
export function installPackage(repository: string, { optional }: { readonly optional: boolean }): Installation {
  const folder = mkdtempSync(join(tmpdir(), "drayage-installed-"));
  const modules = join(folder, "node_modules");
  const drayage = join(modules, "drayage");
  const { files, peerDependenciesMeta = {} } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as Manifest;
  for (const part of [...files, "package.json"].filter((name) => existsSync(join(repository, name))))
    cpSync(join(repository, part), join(drayage, part), { recursive: true });
  const wanted = (name: string) => optional || !(name in peerDependenciesMeta || name.startsWith("@aws-sdk/"));
  for (const name of packagesIn(join(repository, "node_modules")).filter(wanted)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  }
  return { folder, main: join(drayage, "dist/sdk/cli/main.js") };
}

interface Manifest {
  readonly files: readonly string[];
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
}

function packagesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}
