import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseStack } from "../../../../sdk/cli/project/choose-stack";
import { findProject } from "../../../../sdk/cli/project/find-project";

describe("the stack a command is about", () => {
  let dir: string;
  const env = () => ({ HOME: dir, PULUMI_HOME: join(dir, "home") });
  const project = () => findProject(dir);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "dray-stack-"));
    writeFileSync(join(dir, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it("is dev where there is none", () => expect(chooseStack(project(), undefined, env())).toBe("dev"));

  it("is the only one that is configured", () => {
    writeFileSync(join(dir, "Pulumi.prod.yaml"), "config: {}\n");
    expect(chooseStack(project(), undefined, env())).toBe("prod");
  });

  it("has to be said when there are several", () => {
    for (const name of ["prod", "test"]) writeFileSync(join(dir, `Pulumi.${name}.yaml`), "config: {}\n");
    expect(() => chooseStack(project(), undefined, env())).toThrow("several stacks: prod, test");
    expect(chooseStack(project(), "test", env())).toBe("test");
  });

  it("is the one selected with pulumi stack select", () => {
    const hash = createHash("sha1").update(join(dir, "Pulumi.yaml")).digest("hex");
    mkdirSync(join(dir, "home", "workspaces"), { recursive: true });
    writeFileSync(join(dir, "home", "workspaces", `shop-${hash}-workspace.json`), '{"stack":"organization/shop/qa"}');
    expect(chooseStack(project(), undefined, env())).toBe("qa");
  });

  it("is never a path", () => expect(() => chooseStack(project(), "..\\x y", env())).toThrow("no stack name"));

  it("is looked for from a folder below the program", () => {
    mkdirSync(join(dir, "web", "src"), { recursive: true });
    expect(findProject(join(dir, "web", "src"))).toMatchObject({ name: "shop", dir });
  });
});
