import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

const lock = JSON.parse(readFileSync(join(__dirname, "../../package-lock.json"), "utf8")) as { packages: Record<string, Locked> };

describe("package-lock.json", () => {
  // npm leaves a platform's package out of the lock where the registry at hand does not offer it; `npm ci` then fails everywhere.
  it("names the packages of every platform, so that a fresh clone installs", () => {
    const paths = Object.keys(lock.packages);
    const wanted = Object.values(lock.packages).flatMap((it) => Object.keys(it.optionalDependencies ?? {}));
    expect(wanted.filter((name) => !paths.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  it("names no registry, so that it installs from the one each machine is set to", () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith("http"))).toEqual([]);
  });
});
