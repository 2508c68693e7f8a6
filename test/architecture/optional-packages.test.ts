import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { installPackage } from "../bench/start/install-package";
import { moduleSpy } from "../support/module-spy";

const root = resolve(__dirname, "../..");

describe("whoever has no account at Amazon, and nothing of @pulumi/docker", () => {
  let folder: string;
  let main: string;
  beforeAll(() => {
    ({ folder, main } = installPackage(root, { optional: false }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What a program of that installation writes. */
  const run = (code: string) => execFileSync(process.execPath, ["-e", code], { cwd: folder, encoding: "utf8" }).trim();
  const failing = (code: string) =>
    run(`try { ${code} } catch ({ code, message, hint }) { console.log([code, message, hint].join("; ")) }`);

  it("has drayage and its command line", () => {
    expect(run("const { Host, Workload } = require('drayage'); console.log(typeof Host, typeof Workload)")).toBe(
      "function function",
    );
    expect(execFileSync(process.execPath, [main, "--help"], { cwd: folder, encoding: "utf8" })).toMatch(/Usage: dray/);
  });

  it("is told by drayage/aws and drayage/docker which package to install", () => {
    expect(failing("require('drayage/aws')")).toBe(
      "PACKAGE_MISSING; drayage/aws needs the package @pulumi/aws, which is not installed; npm install @pulumi/aws@7",
    );
    expect(failing("require('drayage/docker')")).toBe(
      "PACKAGE_MISSING; drayage/docker needs the package @pulumi/docker, which is not installed; npm install @pulumi/docker@5",
    );
  });

  it("is told by a token of ECR, and only by that, what it needs", () => {
    const issue = `require('./node_modules/drayage/dist/sdk/engine/image/ecr-credentials').ecrCredentials().issue('r', { region: 'eu-central-1' })`;
    expect(run(`${issue}.catch(({ code, hint }) => console.log(code, hint))`)).toBe(
      "PACKAGE_MISSING npm install @aws-sdk/client-ecr@3",
    );
  });
});

describe("what Node loads", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drayage-loads-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const loadedBy = (code: string) => {
    const spy = moduleSpy(folder);
    execFileSync(process.execPath, ["-e", code], { cwd: root, env: { ...process.env, ...spy.env } });
    expect(spy.processes()).toHaveLength(1);
    return spy.loaded();
  };

  it("for drayage, its provider and its command line is no package that only some programs need", () => {
    expect(
      loadedBy("require('./dist/sdk'); require('./dist/sdk/provider/start'); require('./dist/sdk/provider/open-rooms')"),
    ).toEqual([]);
  });

  it("for drayage/docker, drayage/aws and a token is seen by the same spy", () => {
    expect(loadedBy("require('./dist/components/docker')")).toEqual(["@pulumi/docker"]);
    expect(loadedBy("require('./dist/components/aws')")).toEqual(["@pulumi/aws"]);
    expect(loadedBy("import('@aws-sdk/client-ecr')")).toContain("@aws-sdk/core");
  });
});
