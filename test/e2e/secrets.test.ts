import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Ran } from "../../demo/workspace";
import type { DockerRegistry } from "../support/docker-registry";
import { startLabRegistry } from "../support/e2e/lab-registry";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { putSecretsElsewhere } from "../support/e2e/secrets-elsewhere";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";
import { type CommandLines, watchCommandLines } from "../support/e2e/watch-command-lines";

jest.setTimeout(180_000);

const port = 18088;
const canary = (name: string) => `${name}-${randomBytes(9).toString("hex")}`;

describe("a secret", () => {
  const values = {
    token: canary("file"),
    changed: canary("changed"),
    visible: canary("variable"),
    build: canary("build"),
    elsewhere: canary("environment"),
    rotated: canary("rotated"),
    local: canary("local"),
    sealed: canary("sealed"),
    registry: canary("registry"),
  };
  const outputs: string[] = [];
  let hosts: TestHosts;
  let program: TestProgram;
  let client: NotesClient;
  let commandLines: string[];
  let watch: CommandLines | undefined;
  let began: number;
  let rotation: Ran;
  let registry: DockerRegistry | undefined;
  /** Undefined without a registry. */
  let pushed: boolean | undefined;
  let down: Ran | undefined;
  let without: readonly [Ran, Ran] | undefined;

  const elsewhere = putSecretsElsewhere(values);
  /** Of whoever runs a command. */
  let variables: NodeJS.ProcessEnv = { NOTES_ELSEWHERE: values.elsewhere, REGISTRY_PASSWORD: values.registry };

  const dray = async (...args: string[]) => {
    const ran = await program.dray(args, { env: { ...elsewhere.env, ...variables } });
    outputs.push(ran.stdout, ran.stderr);
    return ran;
  };
  const rack = (...args: string[]) => hosts.rack.engine.docker(...args);
  const all = async (...listed: string[]) => (await rack(...listed)).split("\n").filter((line) => line !== "");

  /** A first deployment, one whose gate fails, a changed secret: with all that is written and run meanwhile. */
  beforeAll(async () => {
    began = Date.now();
    const sealed = elsewhere.sealed === undefined ? "" : `, sealed: fromSops("${elsewhere.sealed}", "app.sealed")`;
    hosts = await testHosts();
    registry = await startLabRegistry(hosts.rack, { name: "ann", password: values.registry });
    const login = 'credentials: { username: "ann", password: fromEnvironment("REGISTRY_PASSWORD") }';
    const push = registry === undefined ? "" : `, push: { registry: "${registry.name}", repository: "notes/app", ${login} }`;
    program = await openNotes({
      stack: "secrets",
      hosts,
      port,
      token: values.token,
      secrets: { visible: values.visible, build: values.build },
      edits: [
        [
          'secrets: { token: config.requireSecret("token") }',
          `secrets: { token: config.requireSecret("token"), pw: { value: config.requireSecret("visible"), env: "VISIBLE" },
            elsewhere: fromEnvironment("NOTES_ELSEWHERE"), local: fromFile("${elsewhere.local}")${sealed} }`,
        ],
        ["import { Host,", "import { fromEnvironment, fromFile, fromSops, Host,"],
        [
          '{ context: "./app" }',
          `{ context: "./app", secrets: { key: config.requireSecret("build"), local: fromFile("${elsewhere.local}") }${push} }`,
        ],
      ],
    });
    const mounts = "--mount=type=secret,id=key --mount=type=secret,id=local";
    const use = `RUN ${mounts} sha256sum /run/secrets/key /run/secrets/local > /used\n`;
    program.write("app/Dockerfile", program.read("app/Dockerfile").replace("COPY", `${use}COPY`));
    client = new NotesClient(hosts.rack.address, port);

    watch = watchCommandLines();
    const first = await dray("preview");
    pushed =
      registry && new RegExp(`to ${registry.name}/notes/app:(\\w+)[^]* from ${registry.name}/notes/app:\\1`).test(first.stdout);
    await dray("up", "--yes", "--json");
    expect(await client.secret()).toBe(values.token);
    program.edit('VERSION: "1"', 'VERSION: "2", CRASH: "1"');
    expect((await dray("up", "--yes")).exitCode).toBe(9);
    program.edit(', CRASH: "1"', "");
    await program.setSecret("token", values.changed);
    variables = { ...variables, NOTES_ELSEWHERE: values.rotated };
    rotation = await dray("preview");
    await dray("preview", "--json");
    // What the engine's events would tell a person who keeps them, as plain Pulumi writes them.
    const log = ["--event-log", join(program.dir, "events.json")];
    const env = { ...elsewhere.env, ...variables, PULUMI_DEBUG_COMMANDS: "true" };
    const plain = await program.pulumi(["up", "--yes", "--skip-preview", ...log], env);
    outputs.push(plain.stdout, plain.stderr);
    const all = variables;
    variables = {};
    without = [await dray("preview", "--json"), await dray("up", "--yes")];
    variables = all;
    if (registry !== undefined) {
      await registry.stop();
      program.write("app/notes.pl", `${program.read("app/notes.pl")}\n# changed\n`);
      down = await dray("up", "--yes");
    }
    variables = {};
    commandLines = watch.stop();
  });

  afterAll(async () => {
    watch?.stop();
    await program?.remove();
    await registry?.remove();
    elsewhere.remove();
  });

  const nowhereIn = (what: string, text: string, except: readonly string[] = []) => {
    for (const [name, value] of Object.entries(values).filter(([key]) => !except.includes(key))) {
      for (const form of [value, Buffer.from(value).toString("base64").slice(0, -4), encodeURIComponent(value)])
        expect([what, name, text.includes(form)]).toEqual([what, name, false]);
    }
  };

  it("reaches the service, as it is now", async () => {
    expect([await client.version(), await client.secret()]).toEqual(["2", values.changed]);
  });

  it("that is somewhere else reaches the service too, and its rotation is told as versions", async () => {
    const [container] = await hosts.rack.engine.running(program.stackUid);
    const read = (name: string) => rack("exec", container?.id ?? "", "cat", `/run/secrets/${name}`);
    expect([await read("elsewhere"), await read("local")]).toEqual([values.rotated, values.local]);
    if (elsewhere.sealed !== undefined) expect(await read("sealed")).toBe(values.sealed);
    expect(rotation.stdout).toContain("secret elsewhere: version 1 → 2 (app)");
  });

  it("that is not on this machine is told by a preview, and stops an up before anything changes", () => {
    const [preview, up] = without ?? [];
    expect([preview?.exitCode, up?.exitCode]).toEqual([0, 3]);
    expect(`${preview?.stdout}${preview?.stderr}`).toMatch(/NOTES_ELSEWHERE is not set on this machine; whether it changed/);
    expect(up?.stderr).toContain("read -rs NOTES_ELSEWHERE && export NOTES_ELSEWHERE");
  });

  it("lets an image into a registry and onto a host, which preview tells; while the registry is down, what runs goes on", async () => {
    if (registry === undefined) return;
    expect(pushed).toBe(true);
    const [container] = await hosts.rack.engine.running(program.stackUid);
    const image = (await hosts.rack.engine.inspect(container?.id ?? "")).Image;
    expect(await rack("image", "inspect", image)).toContain(`${registry.name}/notes/app@sha256:`);
    expect([down?.exitCode, down?.stderr]).toEqual([6, expect.stringContaining("REGISTRY_UNREACHABLE")]);
  });

  it("is in no file of the program, the state or its history", () => {
    const files = filesUnder(program.dir);
    expect(files.some((file) => file.endsWith("events.json"))).toBe(true);
    expect(files).toContain(program.stateFile);
    for (const file of files) nowhereIn(file, readFileSync(file, "latin1"));
  });

  it("is in nothing that a command printed", () => {
    expect(outputs.join("")).toContain("visible in docker inspect");
    nowhereIn("output", outputs.join("\n"));
  });

  it("is in no command line of any process", () => {
    expect(commandLines.some((line) => line.includes("sdk/cli/main.js up"))).toBe(true);
    nowhereIn("argv", commandLines.join("\n"));
  });

  it("is in nothing that Docker shows of its objects, but the one that is asked to be a variable", async () => {
    const containers = await rack("inspect", ...(await all("ps", "--all", "--quiet")));
    expect(containers).toContain(`VISIBLE=${values.visible}`);
    nowhereIn("containers", containers, ["visible"]);
    nowhereIn("containers", containers.replaceAll(`VISIBLE=${values.visible}`, ""));
    nowhereIn("volumes", await rack("volume", "inspect", ...(await all("volume", "ls", "--quiet"))));
    nowhereIn("networks", await rack("network", "inspect", ...(await all("network", "ls", "--quiet"))));
    const events = ["events", "--since", String(began / 1000), "--until", String(Date.now() / 1000), "--format", "{{json .}}"];
    nowhereIn("events", await rack(...events));
  });

  it("is in no layer and no history of the image", async () => {
    const [container] = await hosts.rack.engine.running(program.stackUid);
    const image = (await hosts.rack.engine.inspect(container?.id ?? "")).Image;
    expect(await rack("history", "--no-trunc", image)).toContain("/used");
    nowhereIn("history", await rack("history", "--no-trunc", image));
    const found = 'docker save "$0" | grep --count --text -e "$1" -e "$2" -e "$3" || true';
    expect((await hosts.rack.engine.run("sh", "-c", found, image, values.build, values.token, values.local)).trim()).toBe("0");
  });

  it("is in no log of the service, of the host or of what is written about it", async () => {
    for (const { id } of await hosts.rack.engine.containers(program.stackUid)) nowhereIn("log", await rack("logs", id));
    nowhereIn("journal", await hosts.rack.engine.run("journalctl", "--no-pager", "--since", `@${Math.floor(began / 1000)}`));
    nowhereIn("record", await hosts.rack.engine.run("cat", "/var/lib/drayage/record.json"));
  });

  it("is not needed to take down what used it", async () => {
    expect((await dray("destroy", "--yes")).exitCode).toBe(0);
    expect(await hosts.rack.engine.containers(program.stackUid)).toEqual([]);
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === "node_modules") return [];
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}
