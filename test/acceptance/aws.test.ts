/**
 * The one test that reaches AWS, when somebody asks for it by DRAYAGE_AWS_ACCEPTANCE (docs/aws-account.md). With `moto` it runs on the
 * stand-in. It costs some cents, and takes back all that it made, also when it fails.
 */
import { readFileSync } from "node:fs";
import { NotesClient, openNotes } from "../support/e2e/notes";
import type { TestProgram } from "../support/e2e/test-program";
import { acceptanceSettings } from "./settings";
import { sweep } from "./sweep/sweep";
import type * as World from "./world";

jest.setTimeout(1_800_000);

const port = 18195;
const settings = acceptanceSettings(process.env);
const suite = "a host at AWS";

if (settings.where === "nowhere") {
  process.stderr.write(`${suite}: ${settings.reason}\n`);
  it.skip(`${suite}: ${settings.reason}`, () => undefined);
} else
  describe(suite, () => {
    let world: World.AcceptanceWorld;
    let program: TestProgram;
    const notes: string[] = [];

    const say = (line: string) => void process.stderr.write(`    ${line}\n`);
    const swept = (dryRun: boolean) => sweep(world.clients, { ...world.rule, prefix: "acceptance", dryRun, say });
    const unchanged = () => program.ends(0, "preview", "--exit-code");
    const addressThere = () => ec2Address(program);
    const write = async (address: string, note: string) => {
      const client = new NotesClient(address, port);
      await client.answersWithin(20);
      await client.add(note);
      notes.push(note);
      expect(await client.notes()).toEqual(notes);
    };

    beforeAll(async () => {
      // Only now: whoever does not run it does not pay for it.
      const { openWorld } = require("./world") as typeof World;
      world = await openWorld(settings);
      const host = JSON.stringify({ ...world.host, ports: [port], dataDisk: { size: 4 } });
      const made = `const cloud = new Ec2Host("acceptance", ${host});`;
      program = await openNotes({
        stack: "acceptance",
        hosts: world.hosts,
        port,
        env: world.env,
        edits: [
          ['from "drayage";', 'from "drayage";\nimport { Ec2Host } from "drayage/aws";'],
          ['const cloud = new Host("cloud", config.requireObject<HostArgs>("cloud"));', made],
          ["export const elsewhere = cloud.engineId;", "export const address = cloud.address;"],
        ],
      });
      const manifest = JSON.parse(program.read("package.json")) as { dependencies: Record<string, string> };
      manifest.dependencies["@pulumi/aws"] = "^7.0.0";
      program.write("package.json", JSON.stringify(manifest));
    });

    afterAll(async () => {
      if (world !== undefined) await swept(false);
      await program?.remove();
      await world?.stop();
    });

    it("comes up beside one of the lab, and a second look finds nothing to do", async () => {
      await program.up();
      await write(world.hosts.rack.address, "written in the lab");
      await unchanged();
    });

    it("takes the workload with its data, and gives it back", async () => {
      program.edit("host: rack", "host: cloud");
      await program.up();
      await write(addressThere(), "written at AWS");
      await unchanged();
      program.edit("host: cloud", "host: rack");
      await program.up();
      await write(world.hosts.rack.address, "written at home");
      await unchanged();
    });

    it("goes in two steps, and leaves the final snapshot of its data disk", async () => {
      program.edit('"ports":', '"retired":true,"ports":');
      // What was moved away is kept there, and holds it.
      const { stderr } = await program.ends(12, "up", "--yes");
      const words = /dray (volumes rm [^.]+)\./.exec(stderr)?.[1]?.split(" ") ?? [];
      await program.does(...words, "--yes");
      await program.up();
      expect(await world.whatIsLeft()).toContain("volume");
      await program.up();
      expect(await world.whatIsLeft()).toEqual(["snapshot"]);
      await unchanged();
    });

    it("is swept: what is left is found by its tags, told first, and taken", async () => {
      const { remove, failed } = await swept(true);
      expect([remove.filter(({ kind }) => kind === "snapshot").length, failed.length]).toEqual([1, 0]);
      expect((await swept(false)).failed).toEqual([]);
      expect(await world.whatIsLeft()).toEqual([]);
    });
  });

function ec2Address({ stateFile }: TestProgram): string {
  const { checkpoint } = JSON.parse(readFileSync(stateFile, "utf8")) as Checkpoint;
  const stack = checkpoint.latest.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return stack?.outputs?.address ?? "";
}

interface Checkpoint {
  readonly checkpoint: {
    readonly latest: {
      readonly resources: readonly { readonly type: string; readonly outputs?: { readonly address?: string } }[];
    };
  };
}
