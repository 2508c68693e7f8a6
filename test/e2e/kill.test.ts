import { readHostRecord } from "../support/e2e/host-record";
import { interruptAt, killAt, type Moment } from "../support/e2e/kill-at";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

const [port, undisturbedPort] = [18085, 18086];

describe("an up that is killed", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  let undisturbed: TestProgram;
  let wanted: unknown;
  let version = 1;

  const client = () => new NotesClient(hosts.rack.address, port);

  beforeAll(async () => {
    hosts = await testHosts();
    undisturbed = await openNotes({ stack: "undisturbed", hosts, port: undisturbedPort });
    await undisturbed.up();
    wanted = await endState(hosts, undisturbed);
    program = await openNotes({ stack: "kill", hosts, port });
    // Bits that no other suite has built, or there would be no build to kill.
    program.write("app/Dockerfile", `${program.read("app/Dockerfile")}RUN echo ${program.stackUid} > /built && sleep 1\n`);
  });

  afterAll(async () => {
    await program?.remove();
    await undisturbed?.remove();
  });

  const endsLikeUndisturbed = async () => {
    await program.up();
    expect(await client().version()).toBe(String(version));
    expect(await endState(hosts, program)).toEqual(wanted);
    expect(program.locks).toEqual([]);
    expect(await hosts.rack.engine.helpers()).toEqual([]);
    await program.ends(0, "preview", "--exit-code");
  };

  it.each<[string, Moment]>([
    ["while it built the image of the first deployment", { phase: "started", operation: "build" }],
    ["when the first container had been created", { phase: "finished", operation: "create app" }],
  ])("%s ends like an undisturbed one when it is run again", async (_, moment) => {
    await killAt(program, moment);
    await endsLikeUndisturbed();
    await program.does("destroy", "--yes");
  });

  it("leaves nothing but its data once its workload is gone from the program", async () => {
    const { engine } = hosts.rack;
    const source = program.read("index.ts");
    await killAt(program, { phase: "finished", operation: "create app" });
    expect(await engine.containers(program.stackUid)).toHaveLength(1);
    program.edit("new Workload(", "((..._: unknown[]) => 0)(");
    expect((await program.ends(2, "preview", "--exit-code")).stdout).toContain("left by a killed run");
    await program.up();
    expect(await engine.containers(program.stackUid)).toEqual([]);
    expect(await engine.networks(program.stackUid)).toEqual([]);
    const left = await engine.volumes(program.stackUid);
    expect(left).toEqual([expect.stringMatching(/-data$/)]);
    const { lines } = await program.json("volumes", "ls");
    expect(lines[0]?.volumes).toContainEqual(expect.objectContaining({ name: left[0], volume: "data", state: "kept" }));
    await program.ends(0, "preview", "--exit-code");
    program.write("index.ts", source);
  });

  it.each<[string, Moment]>([
    ["while the new version was at its gate", { phase: "started", operation: "gate app" }],
    ["when the new version was being promoted", { phase: "started", operation: "promote app" }],
  ])("%s ends like an undisturbed one when it is run again", async (_, moment) => {
    await program.up();
    const note = `before version ${version + 1}`;
    await client().add(note);
    program.edit(`VERSION: "${version}"`, `VERSION: "${++version}"`);
    await killAt(program, moment);
    await endsLikeUndisturbed();
    expect(await client().notes()).toContain(note);
  });

  it("has its old version serve again after Ctrl-C, leaves at once after the second, and goes on from there", async () => {
    const good = program.read("index.ts").replace(`VERSION: "${version}"`, `VERSION: "${version + 1}"`);
    program.write("index.ts", good.replace('path: "/version" }', 'path: "/version", status: 503 }'));
    const atGate: Moment = { phase: "started", operation: "gate app" };
    const once = await interruptAt(program, atGate, 1);
    expect([once.exitCode, once.stderr]).toEqual([130, expect.stringContaining("finished or undone")]);
    expect(await client().version()).toBe(String(version));
    expect(await hosts.rack.engine.helpers()).toEqual([]);
    const twice = await interruptAt(program, atGate, 2);
    expect([twice.exitCode, twice.stderr]).toEqual([130, expect.stringContaining("Left in the middle")]);
    program.write("index.ts", good);
    version += 1;
    await endsLikeUndisturbed();
  });
});

/** What two stacks of one program have in common: everything but versions, names, ids, ports, times and counts of attempts. */
async function endState({ rack }: TestHosts, program: TestProgram) {
  const { engine } = rack;
  const containers = await Promise.all(
    (await engine.containers(program.stackUid)).map(async ({ id, service, state }) => {
      const { HostConfig, Config, Mounts } = await engine.inspect(id);
      const places = Mounts.map(({ Destination, RW }) => `${Destination} ${RW}`).sort();
      return {
        service,
        state,
        restart: HostConfig.RestartPolicy,
        environment: Config.Env?.filter((one) => !one.startsWith("VERSION=")),
        places,
      };
    }),
  );
  const record = await readHostRecord(rack);
  const mine = Object.values(record.workloads).filter(({ owner }) => owner.stackUid === program.stackUid);
  return {
    containers,
    volumes: (await engine.volumes(program.stackUid)).map((name) =>
      name.replace(/-[0-9a-f]{6}-/, "-").replace(/secrets-.*/, "secrets"),
    ),
    networks: (await engine.networks(program.stackUid)).length,
    record: mine.map(({ state, lease, journal, volumes }) => ({ state, lease, journal, volumes: Object.keys(volumes) })),
  };
}
