import { makeEchoProject } from "../support/echo-project";

const program = `
import * as pulumi from "@pulumi/pulumi";

class Echo extends pulumi.CustomResource {
  declare readonly text: pulumi.Output<string>;
  constructor(name: string, args: { text: pulumi.Input<string>; deep?: object }) {
    super("drayage:index:Echo", name, args);
  }
}

const first = new Echo("first", { text: "hello", deep: { password: pulumi.secret("hunter22") } });
export const text = first.text;
export const second = new Echo("second", { text: first.text }).text;
`;

jest.setTimeout(120_000);

describe("an echo resource through the real engine", () => {
  const project = makeEchoProject(program);
  afterAll(() => project.remove());

  it("is previewed and created inline, without a pulumi stack init before", async () => {
    const preview = await project.inline("preview");
    expect(preview).toMatchObject({ exitCode: 0, summary: { changes: { create: 3 } } });
    expect(preview.diagnostics).toEqual([]);
    const up = await project.inline("up");
    expect(up).toMatchObject({ exitCode: 0, outputs: { text: "hello", second: "hello" }, summary: { changes: { create: 3 } } });
  });

  it("has its secret in no file of the state, and in none of the events", async () => {
    expect(project.read(".drayage/state/.pulumi/stacks/shop/dev.json")).not.toContain("hunter22");
  });

  it("is read before, and left alone by, a second up and a second preview", async () => {
    const up = await project.inline("up");
    expect(up).toMatchObject({ exitCode: 0, summary: { changes: { same: 3 } } });
    expect(up.steps).toContain("refresh drayage:index:Echo");
    const preview = await project.inline("preview", ["--expect-no-changes"]);
    expect(preview.exitCode).toBe(0);
    console.info(`echo, nothing changed: up ${up.seconds.toFixed(2)} s, preview ${preview.seconds.toFixed(2)} s`);
  });

  it("is the same to plain pulumi, which finds the plugin by its path", async () => {
    const preview = await project.plain("preview", "--expect-no-changes");
    expect([preview.exitCode, preview.exitCode === 0 ? "" : preview.stdout + preview.stderr]).toEqual([0, ""]);
    const text = program.replace('"hello"', '"changed"');
    project.write("index.ts", text);
    const up = await project.plain("up", "--yes", "--skip-preview");
    expect(up.stdout).toMatch(/~ 2 updated/);
    expect(up.exitCode).toBe(0);
    expect((await project.inline("preview", ["--expect-no-changes"])).exitCode).toBe(0);
  });

  it("tells what the program threw, as it was thrown", async () => {
    project.write("index.ts", `throw new Error("not today");`);
    const result = await project.inline("preview");
    expect(result.exitCode).not.toBe(0);
    expect(result.programError).toBe("not today");
  });

  it("is deleted by destroy", async () => {
    project.write("index.ts", program);
    const result = await project.inline("destroy");
    expect(result).toMatchObject({ exitCode: 0, summary: { changes: { delete: 3 } } });
  });
});

describe("a program written as an ES module", () => {
  const project = makeEchoProject("");
  afterAll(() => project.remove());

  it("runs with imports of its own files by their emitted names", async () => {
    project.write("package.json", JSON.stringify({ type: "module" }));
    project.write("text.ts", `export const text: string = "from a module";`);
    project.write("index.ts", `import { text } from "./text.js";\nexport default async () => ({ text });`);
    expect(await project.inline("preview")).toMatchObject({ exitCode: 0, outputs: { text: "from a module" } });
  });

  it("that needs more than CommonJS can do gets one clear error", async () => {
    project.write("index.ts", "export const here = import.meta.url;");
    const result = await project.inline("preview");
    expect(result.exitCode).not.toBe(0);
    expect(result.programError).toMatch(/uses what only ES modules can/);
  });
});
