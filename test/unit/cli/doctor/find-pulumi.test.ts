import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedPulumi, findPulumi, isAtLeast } from "../../../../sdk/cli/doctor/pulumi/find-pulumi";

describe("finding a Pulumi CLI", () => {
  let root: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "find-pulumi-"));
    env = { HOME: join(root, "home"), DRAYAGE_CACHE_DIR: join(root, "cache"), PATH: `${join(root, "bin")}:/usr/bin:/bin` };
  });
  afterEach(() => rm(root, { recursive: true }));

  /** A program that answers `version` and counts how often it was asked. */
  async function program(path: string, version: string): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho asked >> '${root}/asked'\necho ${version}\n`);
    await chmod(path, 0o755);
    return path;
  }
  const asked = async () => (await readFile(join(root, "asked"), "utf8").catch(() => "")).split("\n").length - 1;

  it("prefers what is said, then the cache, PATH and ~/.pulumi/bin", async () => {
    const home = await program(join(root, "home/.pulumi/bin/pulumi"), "v3.240.0");
    expect(await findPulumi(env)).toEqual({ path: home, version: "3.240.0", how: "~/.pulumi/bin" });
    const onPath = await program(join(root, "bin/pulumi"), "v3.239.0");
    expect(await findPulumi(env)).toEqual({ path: onPath, version: "3.239.0", how: "PATH" });
    const cached = await program(cachedPulumi(join(root, "cache")), "v3.230.0");
    expect(await findPulumi(env)).toEqual({ path: cached, version: "3.230.0", how: "cache" });
    const said = await program(join(root, "mine"), "3.231.0");
    expect(await findPulumi({ ...env, DRAYAGE_PULUMI: said })).toMatchObject({ path: said, how: "DRAYAGE_PULUMI" });
  });

  it("passes over one that is too old", async () => {
    await program(join(root, "bin/pulumi"), "v3.229.9");
    const home = await program(join(root, "home/.pulumi/bin/pulumi"), "v3.230.0");
    expect((await findPulumi(env)).path).toBe(home);
  });

  it("does not pass over the one that was said", async () => {
    await program(join(root, "bin/pulumi"), "v3.240.0");
    const old = await program(join(root, "old"), "v3.100.0");
    await expect(findPulumi({ ...env, DRAYAGE_PULUMI: old })).rejects.toMatchObject({ code: "PULUMI_MISSING" });
    await expect(findPulumi({ ...env, DRAYAGE_PULUMI: "/nowhere" })).rejects.toMatchObject({ code: "PULUMI_MISSING" });
  });

  it("names what it found when none will do", async () => {
    await expect(findPulumi(env)).rejects.toMatchObject({ code: "PULUMI_MISSING", message: "there is no Pulumi CLI" });
    await program(join(root, "bin/pulumi"), "v3.1.0");
    await expect(findPulumi(env)).rejects.toThrow(/bin\/pulumi is 3\.1\.0/);
  });

  it("asks a file for its version once, and again when the file changed", async () => {
    await program(join(root, "bin/pulumi"), "v3.240.0");
    await findPulumi(env);
    await findPulumi(env);
    expect(await asked()).toBe(1);
    await program(join(root, "bin/pulumi"), "v3.240.10");
    expect((await findPulumi(env)).version).toBe("3.240.10");
    expect(await asked()).toBe(2);
  });
});

describe("comparing versions", () => {
  it.each([
    ["3.230.0", true],
    ["3.229.9", false],
    ["3.1000.0", true],
    ["4.0.0", true],
    ["2.999.0", false],
    ["3.230.1-alpha.5", true],
  ])("%s is new enough: %s", (version, expected) => {
    expect(isAtLeast(version, "3.230.0")).toBe(expected);
  });
});
