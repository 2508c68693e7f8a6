import { readFileSync } from "node:fs";
import { join } from "node:path";
import { optionalPackages } from "../../../sdk/spec/optional-package";

describe("a package that npm installs only for whom it is named by", () => {
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(__dirname, "../../../package.json"), "utf8"),
  ) as { peerDependencies: Record<string, string>; peerDependenciesMeta: Record<string, { optional: boolean }> };

  it("is an optional peer, of the version whose installation is proposed", () => {
    const optional = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional);
    const major = (name: string) => /\d+/.exec(peerDependencies[name] ?? "")?.[0];
    expect(Object.fromEntries(optional.map((name) => [name, major(name)]))).toEqual(optionalPackages);
  });
});
