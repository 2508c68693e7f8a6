import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

const port = 18081;
const otherPort = 18082;
const takenPort = 18083;

const worker = `worker: { image: "debian:bookworm-slim", command: ["sleep", "infinity"], stopGracePeriod: "1s" }`;

describe("a program deployed on one host", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  let client: NotesClient;

  const running = async () => (await hosts.rack.engine.running(program.stackUid)).map(({ service, id }) => ({ service, id }));
  const idOf = async (service: string) => (await running()).find((one) => one.service === service)?.id;
  const leftOver = async () => (await hosts.rack.engine.containers(program.stackUid)).filter(({ state }) => state !== "running");

  beforeAll(async () => {
    hosts = await testHosts();
    program = await openNotes({ stack: "deploy", hosts, port });
    client = new NotesClient(hosts.rack.address, port);
  });

  afterAll(() => program?.remove());

  it("is not touched without a terminal and without --yes, and the flag is named", async () => {
    const { stderr } = await program.ends(1, "up");
    expect(stderr).toContain("--yes");
    expect(await hosts.rack.engine.containers(program.stackUid)).toEqual([]);
  });

  it("is pending before the first up and not after it, serving what the program says", async () => {
    await program.ends(2, "preview", "--exit-code");
    await program.up();
    expect(await client.version()).toBe("1");
    expect(await client.secret()).toBe("open sesame");
    await client.add("first");
    await program.ends(0, "preview", "--exit-code");
    expect(await running()).toHaveLength(1);
    expect(await leftOver()).toEqual([]);
  });

  it("is left alone by a second up: not one call that changes something", async () => {
    const before = await running();
    const from = Date.now();
    const { stdout } = await program.up();
    expect(await hosts.rack.engine.changesSince(from)).toEqual([]);
    expect(await running()).toEqual(before);
    expect(stdout).toContain("No change");
  });

  it("gets a changed variable by a new container, its notes kept", async () => {
    program.edit('VERSION: "1"', 'VERSION: "2"');
    await program.ends(2, "preview", "--exit-code");
    await program.up();
    expect([await client.version(), await client.notes()]).toEqual(["2", ["first"]]);
    expect(await leftOver()).toEqual([]);
  });

  it("gets a changed source file by a new image", async () => {
    program.write("app/notes.pl", program.read("app/notes.pl").replace("'none';", "'none';\n$version .= ' from new source';"));
    await program.up();
    expect([await client.version(), await client.notes()]).toEqual(["2 from new source", ["first"]]);
  });

  it("gets another service, more of it and none of it, while the others keep their containers", async () => {
    const app = await idOf("app");
    program.edit("services: {", `services: {\n    ${worker},`);
    await program.up();
    const first = await idOf("worker");
    program.edit('command: ["sleep", "infinity"]', 'replicas: 3, command: ["sleep", "infinity"]');
    await program.up();
    const services = await running();
    expect(services.map(({ service }) => service).sort()).toEqual(["app", "worker", "worker", "worker"]);
    expect(services.map(({ id }) => id)).toEqual(expect.arrayContaining([app, first]));
    program.edit(`${worker.replace("command:", "replicas: 3, command:")},`, "");
    await program.up();
    expect(await running()).toEqual([{ service: "app", id: app }]);
    expect(await leftOver()).toEqual([]);
  });

  it("is served on another port when the program says so, and not on the old one any more", async () => {
    program.edit(`"${port}:8080"`, `"${otherPort}:8080"`);
    await program.up();
    await expect(client.version()).rejects.toThrow("ECONNREFUSED");
    client = new NotesClient(hosts.rack.address, otherPort);
    expect(await client.notes()).toEqual(["first"]);
  });

  it("shows a container removed or stopped by hand in a plain preview, and up repairs it", async () => {
    const { engine } = hosts.rack;
    for (const harm of [["rm", "--force"], ["stop"]]) {
      await engine.docker(...harm, String(await idOf("app")));
      await expect(client.version()).rejects.toThrow("ECONNREFUSED");
      const { stdout } = await program.ends(2, "preview", "--exit-code");
      expect(stdout).toContain("app.1");
      await program.up();
      expect(await client.notes()).toEqual(["first"]);
      expect(await running()).toHaveLength(1);
      await program.ends(0, "preview", "--exit-code");
    }
  });

  it("still serves its last version when the next never gets healthy, and says so", async () => {
    const good = program.read("index.ts");
    program.edit('VERSION: "2"', 'VERSION: "never"');
    program.edit('path: "/version" }', 'path: "/version", status: 503 }, interval: "1s", retries: 1');
    const { stderr } = await program.ends(9, "up", "--yes");
    expect(await client.version()).toBe("2 from new source");
    expect(await running()).toHaveLength(1);
    expect(stderr).toContain("GATE_FAILED");
    await program.ends(2, "preview", "--exit-code");
    program.write("index.ts", good);
    await program.up();
    expect(await client.notes()).toEqual(["first"]);
    // What failed is kept for whoever looks for the reason, until something changes.
    expect((await leftOver()).map(({ name, state }) => [state, name])).toEqual([["exited", expect.stringMatching(/-failed$/)]]);
    await program.ends(0, "preview", "--exit-code");
  });

  it("still serves its last version when the next one's image cannot be built, and shows the step's last lines", async () => {
    const dockerfile = program.read("app/Dockerfile");
    program.write("app/Dockerfile", `${dockerfile}RUN echo just before the end && false\n`);
    const before = await running();
    const { stderr } = await program.ends(6, "up", "--yes");
    expect(await running()).toEqual(before);
    expect(await client.version()).toBe("2 from new source");
    expect(stderr).toContain("BUILD_FAILED");
    expect(stderr).toContain("just before the end");
    program.write("app/Dockerfile", dockerfile);
    await program.ends(0, "preview", "--exit-code");
  });

  it("leaves alone what is not its own, and does not take its port", async () => {
    const { engine } = hosts.rack;
    const sleep = ["--stop-timeout", "1", "debian:bookworm-slim", "sleep", "infinity"];
    await engine.docker("network", "create", "foreign");
    await engine.docker("volume", "create", "foreign");
    const foreign = ["--name", "foreign", "--network", "foreign", "--volume", "foreign:/kept", "--publish", `${takenPort}:80`];
    await engine.docker("run", "--detach", ...foreign, ...sleep);
    const look = async () => [
      await engine.docker("inspect", "foreign"),
      await engine.docker("volume", "inspect", "foreign"),
      await engine.docker("network", "inspect", "foreign"),
    ];
    const before = await look();
    try {
      program.edit(`"${otherPort}:8080"`, `"${takenPort}:8080"`);
      const { stderr } = await program.ends(7, "up", "--yes");
      expect(await client.notes()).toEqual(["first"]);
      expect(stderr).toMatch(/PORT_TAKEN[\s\S]*foreign/);
      program.edit(`"${takenPort}:8080"`, `"${otherPort}:8080"`);
      await program.up();
      expect(await look()).toEqual(before);
    } finally {
      await engine.docker("rm", "--force", "foreign");
      await engine.docker("volume", "rm", "foreign");
      await engine.docker("network", "rm", "foreign");
    }
  });

  it("has only the targeted workload changed", async () => {
    program.edit(
      "export const elsewhere",
      `new Workload("idle", { host: rack, services: { ${worker} } });\nexport const elsewhere`,
    );
    program.edit('VERSION: "2"', 'VERSION: "3"');
    await program.up("--target", "idle");
    expect(await client.version()).toBe("2 from new source");
    expect((await running()).map(({ service }) => service).sort()).toEqual(["app", "worker"]);
    await program.up();
    expect(await client.version()).toBe("3 from new source");
    expect(await leftOver()).toEqual([]);
  });

  it("loses no workload that a reviewed plan does not show to go, and is taken away as one that does", async () => {
    const services = async () => (await running()).map(({ service }) => service).sort();
    await program.does("preview", "--save", "plan.json");
    program.edit(`new Workload("idle", { host: rack, services: { ${worker} } });\n`, "");
    const { stderr } = await program.ends(11, "up", "--plan", "plan.json");
    expect(stderr).toMatch(/WORLD_MOVED[\s\S]*stop worker\.1 on rack/);
    expect(await services()).toEqual(["app", "worker"]);
    const { stdout } = await program.does("preview", "--save", "plan.json");
    expect(stdout).toMatch(/idle on rack {2}delete\n {2}- stop worker\.1/);
    await program.does("up", "--plan", "plan.json");
    expect(await services()).toEqual(["app"]);
  });

  it("speaks JSON and nothing else where it is asked to", async () => {
    for (const command of [["preview"], ["ps"], ["status"], ["stacks"], ["volumes", "ls"], ["logs"], ["exec", "app", "true"]]) {
      const { exitCode, lines, ran } = await program.json(...command);
      expect([command, exitCode, ran.stderr]).toEqual([command, 0, ""]);
      expect(lines.every((line) => line.schemaVersion === 1)).toBe(true);
    }
    const { lines } = await program.json("up", "--yes");
    expect(lines.at(-1)).toMatchObject({ event: "summary", ok: true, summary: { changed: 0 } });
  });

  it("keeps its volume when it is destroyed, and the next up takes it up again and says so", async () => {
    const volumes = await hosts.rack.engine.volumes(program.stackUid);
    const { lines } = await program.json("destroy", "--yes");
    expect(lines.at(-1)).toMatchObject({ event: "summary", ok: true });
    expect(await hosts.rack.engine.containers(program.stackUid)).toEqual([]);
    expect(await hosts.rack.engine.networks(program.stackUid)).toEqual([]);
    const kept = await hosts.rack.engine.volumes(program.stackUid);
    expect(kept).toEqual(volumes.filter((name) => name.endsWith("-data")));
    const { stdout } = await program.does("preview");
    expect(stdout).toContain("re-attached");
    await program.up();
    expect(await client.notes()).toEqual(["first"]);
    expect(await hosts.rack.engine.volumes(program.stackUid)).toEqual(expect.arrayContaining(kept));
  });
});
