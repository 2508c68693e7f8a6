import { request } from "node:http";
import { formatPlan } from "../../sdk/engine/plan/format-plan";
import type { Plan } from "../../sdk/engine/plan/plan";
import { buildSettings } from "../bench/lab/build-settings";
import { describeUnless } from "../support/describe-unless";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

const notesPort = 18089;
const [webPort, dbPort] = [18090, 18091];
/** Builds a Java program and installs a database: minutes on a machine that never did. */
const slowly = describeUnless(process.env.DRAYAGE_SKIP_SLOW === "1" ? "DRAYAGE_SKIP_SLOW is 1" : undefined);

let hosts: TestHosts;
beforeAll(async () => {
  hosts = await testHosts();
});

/** The plans that `dray preview` tells, and every line of them in what plain Pulumi prints. */
async function expectSamePreview(program: TestProgram): Promise<Plan[]> {
  const { lines } = await program.json("preview");
  const plans = ((lines[0]?.plans ?? []) as Plan[]).filter(({ operations }) => operations.length > 0);
  const { exitCode, stdout } = await program.pulumi(["preview", "--diff=false"]);
  expect([exitCode, exitCode === 0 ? "" : stdout]).toEqual([0, ""]);
  const wanted = plans.flatMap((plan) => formatPlan(plan).split("\n")).map((line) => line.trim());
  const shown = new Set(stdout.split("\n").map((line) => line.trim()));
  expect(wanted.filter((line) => !shown.has(line))).toEqual([]);
  return plans;
}

async function pulumiUp(program: TestProgram): Promise<void> {
  const { exitCode, stdout, stderr } = await program.pulumi(["up", "--yes", "--skip-preview"]);
  expect([exitCode, exitCode === 0 ? "" : `${stdout}${stderr}`]).toEqual([0, ""]);
}

async function isNoChangeToEither(program: TestProgram): Promise<void> {
  await program.ends(0, "preview", "--exit-code");
  const { exitCode, stdout } = await program.pulumi(["preview", "--expect-no-changes"]);
  expect([exitCode, exitCode === 0 ? "" : stdout]).toEqual([0, ""]);
}

describe("plain pulumi on the notes", () => {
  let program: TestProgram;
  let client: NotesClient;

  beforeAll(async () => {
    program = await openNotes({ stack: "plain", hosts, port: notesPort });
    client = new NotesClient(hosts.rack.address, notesPort);
  });
  afterAll(() => program?.remove());

  it("shows the operations that dray shows, and does them", async () => {
    const plans = await expectSamePreview(program);
    expect(plans.flatMap(({ operations }) => operations.map(({ id }) => id))).toContain("create app.1");
    await pulumiUp(program);
    expect([await client.version(), await client.secret()]).toEqual(["1", "open sesame"]);
    await client.add("by plain pulumi");
    await isNoChangeToEither(program);
  });

  it("goes on where dray left off, and dray where it left off", async () => {
    program.edit('VERSION: "1"', 'VERSION: "2"');
    await program.up();
    await isNoChangeToEither(program);
    program.edit('VERSION: "2"', 'VERSION: "3"');
    const plans = await expectSamePreview(program);
    expect(plans.flatMap(({ outages }) => outages).length).toBe(1);
    await pulumiUp(program);
    expect([await client.version(), await client.notes()]).toEqual(["3", ["by plain pulumi"]]);
    await isNoChangeToEither(program);
    expect(await hosts.rack.engine.containers(program.stackUid)).toHaveLength(1);
  });

  it("shows what was changed by hand, and repairs it", async () => {
    const [container] = await hosts.rack.engine.running(program.stackUid);
    await hosts.rack.engine.docker("rm", "--force", container?.id ?? "");
    expect((await expectSamePreview(program)).length).toBe(1);
    await pulumiUp(program);
    expect(await client.notes()).toEqual(["by plain pulumi"]);
    await isNoChangeToEither(program);
  });
});

slowly("plain pulumi on the three-tier stack", () => {
  let program: TestProgram;

  beforeAll(async () => {
    const config = { environment: { ports: { web: webPort, db: dbPort } }, ...buildSettings(process.env).config };
    program = await TestProgram.open({
      folder: "stacks/three-tier",
      stack: "tiers",
      hosts,
      config,
      secrets: { dbPassword: "pw" },
    });
  }, 60_000);
  afterAll(() => program?.remove(), 60_000);

  it("shows the operations that dray shows, does them, and is no change to dray", async () => {
    await expectSamePreview(program);
    await pulumiUp(program);
    expect(await get(`http://${hosts.rack.address}:${webPort}/api/orders/count`)).toBe(200);
    await isNoChangeToEither(program);
  }, 400_000);
});

function get(url: string): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const asking = request(url, { agent: false }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    asking.on("error", fail);
    asking.end();
  });
}
