import { readdirSync } from "node:fs";
import { join } from "node:path";
import { EngineView } from "../support/e2e/engine-view";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

const port = 18093;
const cloudHost = 'const cloud = new Host("cloud", config.requireObject<HostArgs>("cloud"));';
const thirdHost = [cloudHost, `${cloudHost}\n${cloudHost.replaceAll("cloud", "third")}`] as const;

describe("a host that is lost", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  let place: string;

  beforeAll(async () => {
    hosts = await testHosts("third");
    const engines = [hosts.rack, hosts.cloud, hosts.third].map(({ engine }) => engine);
    program = await openNotes({ stack: "restore", hosts, engines, port, edits: [["host: rack", "host: third"], thirdHost] });
    place = join(program.dir, "exports");
    await program.up();
    program.edit("host: third", "host: rack");
    await program.up();
  });
  afterAll(async () => {
    await testHosts();
    await program?.remove();
  });

  it("is exported while it serves, as of one moment, and the line for cron is printed", async () => {
    const client = new NotesClient(hosts.rack.address, port);
    await client.add("exported");
    const { stdout } = await program.does("export", "notes", place);
    expect(stdout).toMatch(/data +9 B in 1 entry/);
    expect(stdout).toMatch(/17 3 \* \* \* \/\S*node \S+main\.js export notes \S+ --cwd \S+ --stack restore/);
    expect(await client.notes()).toEqual(["exported"]);
    await program.ends(0, "preview", "--exit-code");
    await client.add("written later");
  });

  it("is not given up while it answers", async () => {
    const [name = ""] = readdirSync(place);
    const { stderr } = await program.ends(12, "restore", "notes", "--to", "cloud", "--from", join(place, name), "--yes");
    expect(stderr).toContain("rack answers: it is not lost");
  });

  it("comes up elsewhere from the export, says what is lost and that it runs as it ran", async () => {
    const [name = ""] = readdirSync(place);
    await EngineView.ofOperator().docker("kill", hosts.lab.host("rack").containerId);
    const { stdout } = await program.does("restore", "notes", "--to", "cloud", "--from", join(place, name), "--yes");
    expect(stdout).toMatch(/notes runs on cloud, with the data of \S+Z; what was written on rack after that is lost/);
    expect(stdout).toContain("as it ran on rack: images and configuration of app are equal");
    const client = new NotesClient(hosts.cloud.address, port);
    expect(await client.notes()).toEqual(["exported"]);
    await client.add("after the loss");
    // Who knows only the host that it had left before is led to where it lives now.
    expect(await new NotesClient(hosts.third.address, port).notes()).toEqual(["exported", "after the loss"]);
    expect(program.read("drayage.pins.restore.yaml")).toMatch(/lost:\n +rack:\n +machineId/);
  });

  it("is shown beside what took its place when it comes back, and nothing is done to either", async () => {
    await testHosts();
    expect((await program.up()).stdout).toMatch(/No change/i);
    const { lines } = await program.json("status");
    const [notes] = (lines[0]?.workloads ?? []) as { placements: string[]; hosts: { host: string; state: string }[] }[];
    expect(notes?.placements).toEqual(["cloud"]);
    expect(notes?.hosts.map(({ host, state }) => `${host} ${state}`).sort()).toEqual([
      "cloud serving",
      "rack serving",
      "third ceded",
    ]);
    expect(await new NotesClient(hosts.cloud.address, port).notes()).toEqual(["exported", "after the loss"]);
  });

  it("gives an export's data to what runs, and keeps what it had", async () => {
    const [name = ""] = readdirSync(place);
    await program.does("import", "notes", join(place, name), "--yes");
    const client = new NotesClient(hosts.cloud.address, port);
    expect(await client.notes()).toEqual(["exported"]);
    const volumes = ((await program.json("volumes", "ls")).lines[0]?.volumes ?? []) as { state: string; host: string }[];
    expect(
      volumes
        .filter((it) => it.host === "cloud")
        .map((it) => it.state)
        .sort(),
    ).toEqual(["current", "superseded"]);
  });
});
