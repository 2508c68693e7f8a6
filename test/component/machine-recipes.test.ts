import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";

const root = resolve(__dirname, "../..");
const page = readFileSync(join(root, "docs/machines.md"), "utf8");
const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);

describe("the recipes of docs/machines.md", () => {
  const folder = mkdtempSync(join(tmpdir(), "dray-recipes-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // Every cloud's block goes on from the first one's key and user data.
  const [first = "", ...others] = blocks;
  const head = first.split("\n").filter((line) => !/hcloud|new (Host|Workload)\(/.test(line));
  const files = [first, ...others.map((code) => [...head, code].join("\n"))].map((code, index) => {
    const file = join(folder, `recipe-${index}.ts`);
    writeFileSync(file, code);
    return file;
  });

  it("are one for each cloud", () => {
    expect(page.match(/^### .*$/gm)).toEqual(["### Hetzner", "### DigitalOcean", "### Google", "### Azure"]);
    expect(blocks).toHaveLength(4);
  });

  it("are right by the types of the clouds' packages, and a wrong property is not", () => {
    const wrong = join(folder, "wrong.ts");
    writeFileSync(wrong, first.replace("serverType:", "serverKind:"));
    const types = ["hcloud", "digitalocean", "gcp", "azure-native"].map((name) =>
      join(root, `test/fixtures/machine-types/${name}.d.ts`),
    );
    const program = ts.createProgram([...files, wrong, ...types], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      typeRoots: [join(root, "node_modules/@types")],
      types: ["node"],
      paths: { drayage: [join(root, "sdk/index.ts")], "@pulumi/pulumi": [join(root, "node_modules/@pulumi/pulumi")] },
    });
    const complaints = (file: string) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map((it) => ts.flattenDiagnosticMessageText(it.messageText, "\n"));
    expect(files.map(complaints)).toEqual(files.map(() => []));
    expect(complaints(wrong).join()).toContain("serverKind");
  }, 60_000);
});
