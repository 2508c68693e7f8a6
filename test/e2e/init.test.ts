import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Ran, run } from "../../demo/workspace";
import { repository, runRoot } from "../support/e2e/e2e-run";
import { readHostRecord } from "../support/e2e/host-record";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { jsonLines, TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

const port = 18097;

/** What a user has after `npm install`: the package as it is packed, its dependencies beside it. */
function install(program: TestProgram): void {
  const [modules, packed] = [join(program.dir, "node_modules"), join(runRoot(), "packed")];
  mkdirSync(packed);
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", packed], { cwd: repository });
  rmSync(join(modules, "drayage"));
  mkdirSync(join(modules, "drayage"));
  const [tarball = ""] = readdirSync(packed);
  execFileSync("tar", ["-xzf", join(packed, tarball), "--strip-components=1", "-C", join(modules, "drayage")]);
  symlinkSync(join(repository, "node_modules"), join(modules, "drayage/node_modules"));
}

describe("a program of dray init, with the package as it is packed", () => {
  let hosts: TestHosts;
  let program: TestProgram;

  const dray = (...args: string[]): Promise<Ran> =>
    run(process.execPath, [join(program.dir, "node_modules/drayage/dist/sdk/cli/main.js"), ...args], program.dir, {
      env: program.environment(),
    });
  /** `dray up` in a terminal of its own, answered when it asks. */
  const atTerminal = (answer: string): Promise<Pick<Ran, "exitCode" | "stdout">> => {
    const command = `${process.execPath} node_modules/drayage/dist/sdk/cli/main.js up`;
    const env = { ...process.env, ...program.environment(), CI: "" };
    const child = spawn("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"], {
      cwd: program.dir,
      env,
    });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes("[y/N]") && !child.stdin.writableEnded) child.stdin.end(answer);
    });
    return new Promise((done) => child.on("close", (code) => done({ exitCode: code ?? 1, stdout })));
  };
  const does = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await dray(...args);
    expect([args, exitCode, exitCode === 0 ? "" : stderr]).toEqual([args, 0, ""]);
    return stdout;
  };
  /** A program that was just started does not listen at once. */
  const visits = async (tries = 50): Promise<number> => {
    const answer = await fetch(`http://${hosts.rack.address}:${port}/`).catch(() => undefined);
    if (answer !== undefined) return Number(/Visit (\d+)/.exec(await answer.text())?.[1]);
    await pause(100);
    return tries > 0 ? visits(tries - 1) : Number.NaN;
  };
  const container = async () => (await hosts.rack.engine.containers(program.stackUid))[0];
  const startedAt = async () => (await hosts.rack.engine.inspect((await container())?.id ?? "")).State.StartedAt;

  beforeAll(async () => {
    hosts = await testHosts();
    const folder = join(runRoot(), "programs", "made");
    const { stdout, exitCode } = await run(
      process.execPath,
      [join(repository, "dist/sdk/cli/main.js"), "init", folder, "--name", "made"],
      repository,
    );
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/A second laptop[\s\S]*same state and passphrase/)]);
    program = await TestProgram.open({
      folder: relative(repository, folder),
      stack: "init",
      hosts,
      edits: [['ports: ["8080:8080"]', `ports: ["${port}:8080"]`]],
    });
    install(program);
  });

  afterAll(() => program?.remove());

  it("asks at a terminal, takes no for an answer, and yes", async () => {
    const no = await atTerminal("n\n");
    expect([no.exitCode, no.stdout]).toEqual([130, expect.stringMatching(/create web\.1[\s\S]*Do this to .*made.*init/)]);
    expect(await container()).toBeUndefined();
    const yes = await atTerminal("y\n");
    expect([yes.exitCode, yes.exitCode === 0 ? "" : yes.stdout]).toEqual([0, ""]);
  });

  it("runs at once on the lab, and is the same to plain pulumi", async () => {
    expect(await visits()).toBe(1);
    const { exitCode, stdout } = await program.pulumi(["preview", "--expect-no-changes"]);
    expect([exitCode, exitCode === 0 ? "" : stdout]).toEqual([0, ""]);
  });

  it("is stopped, started and restarted by hand, as the same container with the same data", async () => {
    const before = await container();
    expect(await does("stop", "web")).toContain("stopped made/web.1 on rack");
    expect((await container())?.state).toBe("exited");
    await does("start", "made");
    const started = await startedAt();
    const [line] = jsonLines(await does("restart", "web.1", "--json"));
    expect(line).toMatchObject({ containers: [{ service: "web", host: "rack" }] });
    expect(await startedAt()).not.toBe(started);
    expect((await container())?.id).toBe(before?.id);
    expect(await visits()).toBe(2);
  });

  it("lends its image, data and networks to a one-off container that leaves nothing", async () => {
    const ran = await dray("run", "web", "--", "sh", "-c", "cat /data/visits; exit 7");
    expect([ran.stdout, ran.exitCode]).toEqual(["2", 7]);
    expect(await hosts.rack.engine.containers(program.stackUid)).toHaveLength(1);
  });

  it("has no pin and no lock to take away, and says so", async () => {
    expect(await does("unpin")).toContain("Nothing is pinned");
    expect(await does("unlock")).toContain("Nothing is locked");
    expect(jsonLines(await does("doctor", "--json"))[0]).toMatchObject({ command: "doctor", schemaVersion: 1 });
  });

  it("has its state brought up to date without a change on the host", async () => {
    const from = Date.now();
    expect(jsonLines(await does("refresh", "--json")).at(-1)).toMatchObject({ event: "summary", ok: true });
    expect(await hosts.rack.engine.changesSince(from)).toEqual([]);
  });

  it("gives its data away as a tar, keeps it when it is destroyed, and loses it to the command that names it", async () => {
    const [name = ""] = await hosts.rack.engine.volumes(program.stackUid);
    await does("volumes", "export", name, "visits.tar");
    expect(execFileSync("tar", ["-xOf", join(program.dir, "visits.tar"), "./visits"], { encoding: "utf8" })).toBe("2");
    expect((await dray("volumes", "rm", name, "--yes")).exitCode).toBe(12);
    await does("destroy", "--yes");
    expect(await hosts.rack.engine.volumes(program.stackUid)).toEqual([name]);
    await does("volumes", "rm", name, "--yes");
    expect(await hosts.rack.engine.volumes(program.stackUid)).toEqual([]);
    const { workloads } = await readHostRecord(hosts.rack);
    expect(Object.values(workloads).filter(({ owner }) => owner.stackUid === program.stackUid)).toEqual([]);
  });
});
