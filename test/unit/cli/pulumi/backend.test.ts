import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBackend, prepareEmbedded } from "../../../../sdk/cli/pulumi/backend";
import { findProgram } from "../../../../sdk/cli/pulumi/find-program";
import { pulumiArguments, pulumiEnvironment } from "../../../../sdk/cli/pulumi/pulumi-arguments";
import { ensureStackUid } from "../../../../sdk/cli/pulumi/stack-file";
import { clearStaleLocks, readLocks } from "../../../../sdk/cli/pulumi/stack-lock";

let home: string;
let workDir: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "drayage-backend-"));
  workDir = join(home, "program");
  mkdirSync(workDir);
  writeFileSync(join(workDir, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("the backend", () => {
  it("is a folder of the project with a private passphrase, kept out of git, when the user has none", () => {
    const backend = findBackend({ workDir, env: {}, home });
    prepareEmbedded(backend, workDir, "shop", "dev");
    expect(backend).toMatchObject({ kind: "embedded", stateDir: join(workDir, ".drayage/state") });
    const passphrase = join(workDir, ".drayage/passphrase");
    expect(backend.env.PULUMI_CONFIG_PASSPHRASE_FILE).toBe(passphrase);
    expect(statSync(passphrase).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(workDir, ".drayage/.gitignore"), "utf8")).toBe("*\n");
    const before = readFileSync(passphrase, "utf8");
    prepareEmbedded(backend, workDir, "shop", "dev");
    expect(readFileSync(passphrase, "utf8")).toBe(before);
  });

  it("is the user's, by environment, by project or by login, and is then left alone", () => {
    expect(findBackend({ workDir, env: { PULUMI_BACKEND_URL: "s3://bucket" }, home })).toEqual({
      kind: "user",
      url: "s3://bucket",
      env: {},
      stateDir: undefined,
    });
    mkdirSync(join(home, ".pulumi"));
    writeFileSync(join(home, ".pulumi/credentials.json"), JSON.stringify({ current: "file://~" }));
    expect(findBackend({ workDir, env: {}, home })).toMatchObject({ kind: "user", stateDir: home });
    writeFileSync(join(workDir, "Pulumi.yaml"), "name: shop\nbackend: { url: 'https://api.pulumi.com' }\n");
    const backend = findBackend({ workDir, env: {}, home });
    expect(backend).toMatchObject({ kind: "user", url: "https://api.pulumi.com" });
    prepareEmbedded(backend, workDir, "shop", "dev");
    expect(existsSync(join(workDir, ".drayage"))).toBe(false);
  });

  it("takes the user's passphrase when there is one", () => {
    const { env } = findBackend({ workDir, env: { PULUMI_CONFIG_PASSPHRASE: "" }, home });
    expect(env).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
  });
});

describe("the stack's uid", () => {
  const file = () => join(workDir, "Pulumi.dev.yaml");

  it("is made once, and everything else in the file stays", () => {
    writeFileSync(file(), "# mine\nencryptionsalt: v1:x\nconfig:\n  shop:port: 80 # web\n");
    const uid = ensureStackUid(file());
    expect(uid).toMatch(/^[0-9a-f]{32}$/);
    expect(ensureStackUid(file())).toBe(uid);
    expect(readFileSync(file(), "utf8")).toBe(
      `# mine\nencryptionsalt: v1:x\nconfig:\n  shop:port: 80 # web\n  dray:stackUid: ${uid}\n`,
    );
  });

  it.each(["", "encryptionsalt: v1:x\n", "config:\n", "# only a comment\n"])("goes into a file with %j as well", (content) => {
    writeFileSync(file(), content);
    expect(ensureStackUid(file(), () => "uid")).toBe("uid");
    expect(ensureStackUid(file(), () => "other")).toBe("uid");
  });

  it("is not written over something that is no YAML", () => {
    writeFileSync(file(), "config: [\n");
    expect(() => ensureStackUid(file())).toThrow(/is not YAML/);
  });
});

describe("what a killed engine left", () => {
  const place = () => ({ stateDir: join(workDir, ".drayage/state"), project: "shop", stack: "dev" });
  const lock = (name: string, pid: number, hostname: string) => {
    const folder = join(place().stateDir, ".pulumi/locks/organization/shop/dev");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ pid, hostname, username: "me", timestamp: "t" }));
    writeFileSync(join(folder, `${name}.json.attrs`), "{}");
  };

  it("loses only locks of dead processes of this machine", () => {
    lock("dead", 1, "here");
    lock("alive", 2, "here");
    lock("elsewhere", 1, "there");
    const left = clearStaleLocks(place(), { hostname: "here", isAlive: (pid) => pid === 2 });
    expect(left.map(({ pid, hostname }) => `${pid} ${hostname}`).sort()).toEqual(["1 there", "2 here"]);
    expect(readLocks(place())).toHaveLength(2);
  });
});

describe("the engine's command line", () => {
  const ports = { language: 1, events: 2 };

  it("asks nobody, and runs the program for refresh and destroy too", () => {
    expect(pulumiArguments("up", "dev", ports)).toEqual(
      expect.arrayContaining(["up", "--yes", "--skip-preview", "--client=127.0.0.1:1"]),
    );
    expect(pulumiArguments("destroy", "dev", ports)).toContain("--run-program");
    expect(pulumiArguments("preview", "dev", ports)).not.toContain("--yes");
  });

  it("attaches our provider beside others, and lets the engine fetch plugins only when there are others", () => {
    const env = pulumiEnvironment({ PULUMI_DEBUG_PROVIDERS: "aws:9" }, { providerPort: 7, otherProviders: true });
    expect(env).toMatchObject({ PULUMI_DEBUG_PROVIDERS: "aws:9,drayage:7", PULUMI_DEBUG_COMMANDS: "true" });
    expect(env).not.toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
    expect(pulumiEnvironment({}, { providerPort: 7, otherProviders: false })).toHaveProperty(
      "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
    );
  });
});

describe("the program", () => {
  it("is where Pulumi.yaml or package.json say, and its folder is the working directory as under plain pulumi", () => {
    mkdirSync(join(workDir, "src"));
    writeFileSync(join(workDir, "src/index.ts"), "");
    writeFileSync(join(workDir, "Pulumi.yaml"), "name: shop\nmain: src/\n");
    expect(findProgram(join(workDir, "src"))).toEqual({
      project: "shop",
      workDir,
      programDir: join(workDir, "src"),
      main: join(workDir, "src/index.ts"),
    });
  });

  it("that is missing is said so, with what to write", () => {
    expect(() => findProgram(workDir)).toThrow(/has no program/);
    expect(() => findProgram(home)).toThrow(/no Pulumi.yaml/);
  });
});
