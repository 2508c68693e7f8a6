/** One program, two stacks: what staging runs is what production gets. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPins } from "../../sdk/context/pins-file";
import { NotesClient, notesFolder } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

const ports = { staging: 18111, production: 18112 };
const environment = `const env = environment({ hosts: ["rack", "cloud"], ports: ["app"], sizes: { crash: 0 }, secrets: ["token"] });
const { rack, cloud } = env.hosts;`;
const edits = [
  ["Host, type HostArgs, Image", "environment, Image"],
  ['const rack = new Host("rack", config.requireObject<HostArgs>("rack"));', environment],
  ['const cloud = new Host("cloud", config.requireObject<HostArgs>("cloud"));', ""],
  ['VERSION: "1"', "VERSION: 'v', CRASH: env.sizes.crash"],
  ['config.requireSecret("token")', "env.secrets.token"],
  ['ports: ["8081:8080"]', "ports: [`" + "$" + "{env.ports.app}:8080`]"],
] as const;

describe("a changed image", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  let productionUid: string;
  const client = (stack: keyof typeof ports) => new NotesClient(hosts.rack.address, ports[stack]);

  /** The source says which version it is: another one is another image. */
  const writeVersion = (version: string) =>
    program.write("app/notes.pl", program.read("app/notes.pl").replace(/\$version = .*/, `$version = '${version}';`));
  const promote = () => program.json("promote", "staging", "production", "--yes");
  const pinned = () => readPins(join(program.dir, "drayage.pins.production.yaml")).images.app;
  const receiptOf = (stack: string) => {
    const file = join(program.dir, `.drayage/state/.pulumi/stacks/${program.project}/${stack}.json`);
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as State;
    return checkpoint.latest.resources.find(({ type }) => type === "drayage:index:Workload")?.outputs.receipt.images;
  };

  beforeAll(async () => {
    hosts = await testHosts();
    const configOf = (stack: keyof typeof ports) => ({ environment: { ports: { app: ports[stack] } } });
    const secrets = { token: "open sesame" };
    program = await TestProgram.open({
      folder: notesFolder,
      stack: "staging",
      hosts,
      config: configOf("staging"),
      secrets,
      edits,
    });
    productionUid = await program.addStack("production", { config: configOf("production"), secrets: { token: "other" } });
  });

  afterAll(() => program?.remove());

  it("goes from staging to production as it is: no byte to a host that has it, receipts that say the same", async () => {
    writeVersion("one");
    await program.up("--stack", "staging");
    writeVersion("never deployed");
    const { exitCode, lines, ran } = await promote();
    expect([exitCode, ran.stderr]).toEqual([0, ""]);
    expect(lines.at(-1)).toMatchObject({
      event: "promotion",
      equal: true,
      images: [
        { name: "app", equal: true, bytes: 0, identity: { from: receiptOf("staging")?.app, to: receiptOf("staging")?.app } },
      ],
    });
    expect(receiptOf("production")).toEqual(receiptOf("staging"));
    expect([await client("production").version(), await client("production").secret()]).toEqual(["one", "other"]);
  });

  it("stays where it is through later ups, though the folder has another one", async () => {
    const { stdout } = await program.ends(0, "preview", "--stack", "production", "--exit-code", "--save", "next.json");
    expect(stdout).toMatch(/image pinned to [0-9a-f]{12}, promoted from staging .*; the program's folder has other content/);
    await program.ends(0, "diff", "production", "next.json");
  });

  it("that does not come up leaves production serving, with pins that say what serves", async () => {
    const before = pinned();
    writeVersion("two");
    await program.up("--stack", "staging");
    expect((await program.ends(14, "diff", "staging", "production")).stdout).toMatch(/≠ +image app +contentHash/);
    program.configure("environment", { ports: { app: ports.production }, sizes: { crash: 1 } }, "production");
    expect((await promote()).exitCode).toBe(9);
    expect([await client("production").version(), pinned()]).toEqual(["one", before]);
    program.configure("environment", { ports: { app: ports.production } }, "production");
    const running = await hosts.rack.engine.running(productionUid);
    await program.up("--stack", "production");
    expect(await hosts.rack.engine.running(productionUid)).toEqual(running);
  });

  it("is promoted once the cause is mended, and staging and production differ in what is declared only", async () => {
    const { exitCode, lines } = await promote();
    expect([exitCode, lines.at(-1)]).toMatchObject([0, { equal: true, images: [{ bytes: 0 }] }]);
    expect(await client("production").version()).toBe("two");
    const [diff] = (await program.json("diff", "staging", "production")).lines;
    expect(diff).toMatchObject({ outside: 0, differences: [{ path: "services.app.ports[0]", within: "ports.app" }] });
  });
});

interface State {
  readonly checkpoint: {
    readonly latest: {
      readonly resources: readonly {
        readonly type: string;
        readonly outputs: { readonly receipt: { readonly images: Readonly<Record<string, string>> } };
      }[];
    };
  };
}
