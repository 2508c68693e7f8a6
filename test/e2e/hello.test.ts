import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../sdk/cli/system-clock";
import { createConnectionPool } from "../../sdk/engine/connection/connection-pool";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { operatorSocket, runRoot, runtimeFolder } from "../support/e2e/e2e-run";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { TestProgram } from "../support/e2e/test-program";
import { type ModuleSpy, moduleSpy } from "../support/module-spy";

jest.setTimeout(120_000);

const [port, localPort] = [18098, 18099];
const base = "debian:bookworm-slim";
const pool = createConnectionPool({ runtimeDir: runtimeFolder(runRoot()), clock: systemClock });
let hosts: TestHosts;
/** Where rack's engine is reached from this machine. */
let socket: string;

/** What is built elsewhere finds its base there. */
beforeAll(async () => {
  hosts = await testHosts();
  const { address, port: sshPort, user, hostKey, identityFile } = hosts.lab.host("rack");
  const spec = { kind: "ssh", address, port: sshPort, user, hostKey, identityFile } as const;
  socket = (await pool.connect("rack", spec)).socketPath;
  const rack = connectDocker("rack", socket);
  if ((await rack.inspectImage(base)) === undefined)
    await rack.loadImage(await connectDocker("this machine", operatorSocket).saveImage(base));
});
afterAll(() => pool.close());

describe("stacks/hello from a machine without an engine", () => {
  const env: NodeJS.ProcessEnv = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
  let program: TestProgram;
  let spy: ModuleSpy;

  beforeAll(async () => {
    program = await TestProgram.open({ folder: "stacks/hello", stack: "hello", hosts, config: { port } });
    spy = moduleSpy(program.dir);
    Object.assign(env, spy.env);
  });
  afterAll(() => program?.remove());

  it("is told once that somebody has to build, and how", async () => {
    const { exitCode, stderr } = await program.dray(["preview"], { env });
    expect([exitCode, stderr]).toEqual([4, expect.stringMatching(/DOCKER_MISSING.*site[\s\S]*builder: host/)]);
    expect(stderr.match(/DOCKER_MISSING/g)).toHaveLength(1);
  });

  it("is built by the host that the program names, and serves there, to plain pulumi as to dray", async () => {
    program.edit('{ context: "./site" }', '{ context: "./site", builder: host }');
    const { exitCode, stdout, stderr } = await program.dray(["up", "--yes", "--json"], { env });
    expect([exitCode, exitCode === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
    const last = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as { summary: { outputs: { url: string } } };
    const { url } = last.summary.outputs;
    expect(url).toBe(`http://${hosts.rack.address}:${port}`);
    expect(await statusOf(url)).toBe(200);
    const plain = await program.pulumi(["preview", "--expect-no-changes"], env);
    expect([plain.exitCode, plain.exitCode === 0 ? "" : plain.stdout]).toEqual([0, ""]);
  });

  it("loads nothing of Amazon's and nothing of @pulumi/docker: not in dray, nor in Pulumi's language host, nor in our plugin", () => {
    const processes = spy.processes().join("\n");
    expect(processes).toMatch(/cli\/main\.js up/);
    expect(processes).toMatch(/@pulumi\/pulumi\/cmd\/run/);
    expect(processes).toMatch(/plugin\//);
    expect(spy.loaded()).toEqual([]);
  });
});

/** The engine behind this machine's socket is a lab host's, so that nothing is left on this machine. */
describe("stacks/hello where it says nothing of a host", () => {
  let program: TestProgram;

  beforeAll(async () => {
    const engines = [hosts.rack.engine];
    program = await TestProgram.open({ folder: "stacks/hello", stack: "here", engines, config: { port: localPort } });
  });
  afterAll(() => program?.remove());

  it("runs on this machine's engine, as DOCKER_HOST names it", async () => {
    const env = { DOCKER_HOST: `unix://${socket}` };
    for (const words of [
      ["up", "--yes"],
      ["preview", "--exit-code"],
    ]) {
      const { exitCode, stdout, stderr } = await program.dray(words, { env });
      expect([exitCode, exitCode === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
    }
    expect(await hosts.rack.engine.running(program.stackUid)).toMatchObject([{ service: "site" }]);
    expect(await statusOf(`http://${hosts.rack.address}:${localPort}`)).toBe(200);
  });
});

/** The site has no health check: after an up its process runs, and may not listen yet. */
async function statusOf(url: string): Promise<number | undefined> {
  for (let tries = 0; tries < 50; tries += 1, await pause(100)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return answer.status;
  }
  return undefined;
}
