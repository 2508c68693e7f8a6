import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../..");

describe("the package", () => {
  const listed = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: root,
    encoding: "utf8",
    stdio: "pipe",
  });
  const files = (JSON.parse(listed) as { files: { path: string }[] }[])[0]?.files.map(({ path }) => path) ?? [];

  it.each([
    "dist/sdk/index.js",
    "dist/sdk/index.d.ts",
    "dist/sdk/cli/main.js",
    "dist/sdk/provider/start.js",
    "dist/mover/mover-linux-amd64",
    "dist/mover/mover-linux-arm64",
    "plugin/pulumi-resource-drayage",
    "docs/errors.md",
    "LICENSE",
  ])("holds %s", (file) => {
    expect(files).toContain(file);
  });

  it("holds no tests, no demo and no source", () => {
    expect(files.filter((file) => /(^|\/)(test|demo)\//.test(file) || /(?<!\.d)\.ts$|\.go$/.test(file))).toEqual([]);
  });
});
