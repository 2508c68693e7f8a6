import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../../..");

/** In a process of its own: jest's modules are not Node's. */
function inNode(script: string): unknown {
  const file = JSON.stringify(join(root, "sdk/cli/pulumi/language-host.ts"));
  const code = `const { loadLanguageHost } = require(${file});
    loadLanguageHost(${JSON.stringify(root)}, async () => undefined);
    const loaded = (name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/"));
    ${script}`;
  const output = execFileSync(process.execPath, ["-r", "sucrase/register/ts", "-e", code], { cwd: root, encoding: "utf8" });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

describe("what Pulumi's SDK needs for closures only", () => {
  it("is not loaded with it", () => {
    const script = `console.log(JSON.stringify([loaded("@npmcli/arborist"), loaded("typescript"), typeof require("@pulumi/pulumi").Output]));`;
    expect(inNode(script)).toEqual([false, false, "function"]);
  });

  it("is there when the SDK turns a function into text", () => {
    const script = `const { runtime } = require("@pulumi/pulumi");
      const offset = 4;
      Promise.all([runtime.computeCodePaths(), runtime.serializeFunction((n) => n + offset)]).then(
        ([paths, { text }]) => console.log(JSON.stringify([loaded("@npmcli/arborist"), loaded("typescript"), paths.size > 0, text.includes("offset")])),
        (error) => console.log(JSON.stringify(String(error.stack))),
      );`;
    expect(inNode(script)).toEqual([true, true, true, true]);
  });
});
