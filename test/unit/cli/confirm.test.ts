import { confirm, confirmByName } from "../../../sdk/cli/confirm";
import { requireConsent } from "../../../sdk/cli/session/deploy";
import { fakeTerminal } from "./fake-terminal";

describe("a question", () => {
  it("is not asked with --yes", async () => {
    const terminal = fakeTerminal();
    await confirm(terminal, "Do it?", { yes: true, what: "dray up" });
    expect(terminal.questions).toEqual([]);
  });

  it("without anybody to ask is refused and names the flag", async () => {
    await expect(confirm(fakeTerminal(), "Do it?", { what: "dray up" })).rejects.toMatchObject({
      code: "USAGE",
      hint: expect.stringContaining("--yes"),
    });
  });

  it.each(["", "n", "nein", "x"])("answered %j cancels and says that nothing was changed", async (answer) => {
    const asked = confirm(fakeTerminal({ answers: [answer] }), "Do it?", { what: "dray up" });
    await expect(asked).rejects.toMatchObject({ code: "CANCELLED", message: expect.stringContaining("Nothing was changed") });
  });

  it("answered yes goes ahead", async () => {
    await expect(confirm(fakeTerminal({ answers: ["y"] }), "Do it?", { what: "dray up" })).resolves.toBeUndefined();
  });

  it("about data takes the name and nothing else", async () => {
    const ask = (answer: string) =>
      confirmByName(fakeTerminal({ answers: [answer] }), "Gone for ever.", "shop-data", { what: "dray volumes rm" });
    await expect(ask("y")).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(ask("shop-data")).resolves.toBeUndefined();
  });
});

describe("an up", () => {
  const up = { command: "up" } as const;
  it("needs a terminal, --yes or --plan", () => {
    expect(() => requireConsent(up, fakeTerminal())).toThrow("no terminal to ask at");
    expect(() => requireConsent({ ...up, yes: true }, fakeTerminal())).not.toThrow();
    expect(() => requireConsent({ ...up, plan: "plan.json" }, fakeTerminal())).not.toThrow();
  });

  it("with --json never asks", () => {
    expect(() => requireConsent({ ...up, json: true }, fakeTerminal({ interactive: true }))).toThrow("no place for a question");
  });
});
