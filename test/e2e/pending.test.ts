import type { ResourceHandler } from "../../sdk/provider/resource-handler";
import { startProvider } from "../../sdk/provider/serve";
import type { RunningProvider } from "../../sdk/provider/serve-options";
import { killEngine } from "../support/e2e/kill-at";
import { resourcesInState } from "../support/e2e/read-state";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

describe("an engine that was killed while another package made something", () => {
  let provider: RunningProvider;
  let program: TestProgram;
  /** What exists at that cloud, with ids that it gave. */
  const there: string[] = [];
  /** Called when "front" exists there and the engine does not know it yet. */
  let atFront: (() => Promise<void>) | undefined;

  const machine: ResourceHandler = {
    check: ({ news }) => ({ inputs: news, problems: [] }),
    diff: () => ({ changed: false, detailedDiff: {} }),
    async create({ name, news, preview }) {
      if (preview) return { outputs: news };
      const id = `${name}-${there.push(name)}`;
      if (name === "front") await atFront?.();
      return { id, outputs: news };
    },
    read: async ({ id, olds, oldInputs }) => ({
      id,
      outputs: olds,
      inputs: Object.keys(oldInputs).length > 0 ? oldInputs : imported,
    }),
    update: async ({ news }) => ({ outputs: news }),
    delete: async () => undefined,
  };

  const warnings = async (command: "preview" | "status") => {
    const { exitCode, lines } = await program.json(command);
    const { notes, pending } = lines[0] as unknown as { notes?: Note[]; pending?: { name: string }[] };
    expect(exitCode).toBe(0);
    return command === "status" ? pending?.map(({ name }) => name) : notes?.map(({ subject, text }) => `${subject}: ${text}`);
  };

  beforeAll(async () => {
    provider = await startProvider({ handlers: { "machines:index:Machine": machine }, version: "1.0.0" });
    const env = { PULUMI_DEBUG_PROVIDERS: `machines:${provider.port}` };
    program = await TestProgram.open({ folder: "test/fixtures/programs/servers", stack: "pending", env });
  });

  afterAll(async () => {
    await program?.remove();
    await provider?.stop();
  });

  it("ends the run with a warning that names what may exist there", async () => {
    atFront = async () => {
      const isKnown = (name: string) => resourcesInState(program).some(({ id }) => id?.startsWith(`${name}-`));
      while (!isKnown("back")) await new Promise((done) => setTimeout(done, 20));
      killEngine(program);
      return new Promise(() => undefined);
    };
    const { exitCode, stderr } = await program.dray(["up", "--yes"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "front: a run was killed while it made this machines:index:Machine (Name=front, drayage:host=cloud)",
    );
    expect(stderr).toContain("dray refresh --clear-pending-creates --stack pending");
    atFront = undefined;
  });

  it("is told by preview and status, and is not forgotten by a refresh that nobody meant so", async () => {
    const told = [expect.stringContaining("front: a run was killed"), expect.stringContaining("is not looked for by drayage")];
    expect((await warnings("preview"))?.slice(0, 2)).toEqual(told);
    await program.does("refresh");
    expect(await warnings("status")).toEqual(["front"]);
  });

  it("is brought into the state by the command that was told, and the next up makes no other", async () => {
    const [told] = (await warnings("preview")) ?? [];
    const words = /dray (pulumi .*)$/.exec(told ?? "")?.[1]?.replace(" ID ", ` front-${there.indexOf("front") + 1} `);
    const ran = await program.dray([...(words ?? "").split(" "), "--yes", "--skip-preview"]);
    expect([ran.exitCode, ran.exitCode === 0 ? "" : ran.stdout + ran.stderr]).toEqual([0, ""]);
    await program.up();
    expect(there.filter((name) => name === "front")).toHaveLength(1);
    expect((await warnings("preview"))?.[0]).toContain("beside the one that is known here, front-");
  });

  it("is forgotten when a person says that all is settled", async () => {
    await program.does("refresh", "--clear-pending-creates");
    expect([await warnings("preview"), await warnings("status")]).toEqual([[], []]);
  });
});

interface Note {
  readonly subject?: string;
  readonly text: string;
}
const imported = { userData: "front", tags: { Name: "front", "drayage:host": "cloud" } };
