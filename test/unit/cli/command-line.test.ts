import { Command } from "commander";
import { runCommandLine } from "../../../sdk/cli/command-line";
import { type CommandEntry, commandTable } from "../../../sdk/cli/command-table";
import { Failures } from "../../../sdk/cli/failures";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import { fakeTerminal } from "./fake-terminal";

const loaded: string[] = [];
const entry = (name: string, action: () => void | Promise<void>): CommandEntry => ({
  name,
  group: "Deploy:",
  summary: `what ${name} does`,
  load: () => {
    loaded.push(name);
    return new Command(name).option("--json", "as JSON").option("--stack <name>", "the stack").action(action);
  },
});

const gate = new DrayageError("GATE_FAILED", "api.1 never answered.", { subject: "shop/api on rack", hint: "dray logs api" });
const table = [
  entry("up", () => undefined),
  entry("fail", () => {
    throw gate;
  }),
  entry("break", async () => {
    throw new Failures([gate, new DrayageError("PORT_TAKEN", "80 is taken")]);
  }),
];

async function run(...args: string[]) {
  const terminal = fakeTerminal();
  await runCommandLine(args, terminal, table);
  return terminal;
}

describe("the command line", () => {
  beforeEach(() => loaded.splice(0));

  it("prints help of all commands without loading any", async () => {
    const terminal = await run("--help");
    expect(terminal.stdout()).toContain("what up does");
    expect(terminal.stdout()).toContain("Examples:");
    expect([terminal.exitCode, loaded]).toEqual([0, []]);
  });

  it("loads only the command that was called", async () => {
    await run("up");
    expect(loaded).toEqual(["up"]);
  });

  it("shows the options of a command in both spellings of help", async () => {
    for (const args of [
      ["help", "up"],
      ["up", "--help"],
    ]) {
      const terminal = await run(...args);
      expect(terminal.stdout()).toContain("--stack <name>");
      expect(terminal.exitCode).toBe(0);
    }
  });

  it("suggests the nearest command and the nearest option", async () => {
    expect((await run("upp")).stderr()).toContain("Did you mean up?");
    const terminal = await run("up", "--stak", "dev");
    expect(terminal.stderr()).toContain("Did you mean --stack?");
    expect(terminal.exitCode).toBe(1);
  });

  it("tells a mistake in the words as every other failure, with the help to read, and as JSON where that was asked for", async () => {
    const message = "Unknown option '--stak' (Did you mean --stack?)";
    expect((await run("up", "--stak", "dev")).stderr()).toBe(`error  USAGE\n  ${message}\n  next: dray up --help\n`);
    expect((await run("upp")).stderr()).toContain("next: dray --help");
    const terminal = await run("up", "--json", "--stak", "dev");
    const errors = [{ code: "USAGE", exitCode: 1, message, hint: "dray up --help" }];
    expect(JSON.parse(terminal.stdout())).toMatchObject({ command: "up", event: "error", exitCode: 1, errors });
    expect([terminal.stderr(), terminal.exitCode]).toEqual(["", 1]);
  });

  it("prints a failure as one block on stderr and exits with its number", async () => {
    const terminal = await run("fail");
    expect(terminal.stderr()).toBe("error  GATE_FAILED  shop/api on rack\n  api.1 never answered.\n  next: dray logs api\n");
    expect([terminal.stdout(), terminal.exitCode]).toEqual(["", 9]);
  });

  it("prints a failure as one JSON document on stdout with --json", async () => {
    const terminal = await run("fail", "--json");
    expect(JSON.parse(terminal.stdout())).toEqual({
      schemaVersion: 1,
      command: "fail",
      event: "error",
      exitCode: 9,
      errors: [
        {
          code: "GATE_FAILED",
          exitCode: 9,
          subject: "shop/api on rack",
          message: "api.1 never answered.",
          hint: "dray logs api",
        },
      ],
    });
    expect(terminal.stderr()).toBe("");
  });

  it("reports several failures together and exits as partial", async () => {
    const terminal = await run("break");
    expect(terminal.stderr()).toContain("2 errors");
    expect(terminal.stderr()).toContain("GATE_FAILED");
    expect(terminal.stderr()).toContain("PORT_TAKEN");
    expect(terminal.exitCode).toBe(11);
  });
});

describe("the table of commands", () => {
  it("has every command of the documentation", () => {
    const names =
      "preview up destroy refresh move promote diff status hosts ps logs parity receipt exec run restart stop start volumes forwards export import restore adopt unpin unlock stacks doctor lab init pulumi";
    expect(commandTable.map((it) => it.name).sort()).toEqual(names.split(" ").sort());
  });

  it.each(commandTable.map((it) => [it.name, it] as const))("%s takes --json and shows examples", async (name, it) => {
    const command = it.load(fakeTerminal());
    expect(command.name()).toBe(name);
    const leaves = command.commands.length > 0 ? command.commands : [command];
    // What Pulumi prints is Pulumi's.
    for (const leaf of name === "pulumi" ? [] : leaves)
      expect([leaf.name(), leaf.options.some((option) => option.long === "--json")]).toEqual([leaf.name(), true]);
    const terminal = fakeTerminal();
    await runCommandLine([name, "--help"], terminal);
    expect(terminal.stdout()).toContain("Examples:");
  });
});
