import { transform } from "sucrase";
import { parse } from "yaml";
import { programFiles } from "../../../../sdk/cli/init/program-files";

const files = programFiles({ name: "shop", drayage: "^0.1.0" });

describe("the program that init writes", () => {
  it("is TypeScript that names both hosts of the lab", () => {
    const text = files["index.ts"] ?? "";
    expect(() => transform(text, { transforms: ["typescript", "imports"] })).not.toThrow();
    expect(text).toContain('hosts: ["rack", "cloud"]');
  });

  it("works with plain pulumi: the provider is found in node_modules", () => {
    expect(parse(files["Pulumi.yaml"] ?? "")).toMatchObject({
      name: "shop",
      plugins: { providers: [{ name: "drayage", path: "node_modules/drayage/plugin" }] },
    });
  });

  it("keeps state and passphrase out of git", () => expect(files[".gitignore"]?.split("\n")).toContain(".drayage/"));

  it("has everything it imports in devDependencies", () => {
    const { devDependencies } = JSON.parse(files["package.json"] ?? "{}") as { devDependencies: Record<string, string> };
    expect(Object.keys(devDependencies).sort()).toEqual(["@pulumi/pulumi", "@types/node", "drayage", "typescript"]);
  });

  it("ends every file with a line feed", () => {
    for (const [path, text] of Object.entries(files)) expect([path, text.at(-1)]).toEqual([path, "\n"]);
  });
});
