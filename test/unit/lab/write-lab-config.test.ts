import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { withLabConfig, writeLabConfig } from "../../../sdk/lab/write-lab-config";

const rack = {
  name: "rack",
  address: "10.213.0.2",
  port: 22,
  user: "deploy",
  identityFile: "/keys/id",
  hostKey: "ssh-ed25519 AAAA",
  containerId: "c",
  volume: "v",
};
const written = { address: "10.213.0.2", port: 22, user: "deploy", identityFile: "/keys/id", hostKey: "ssh-ed25519 AAAA" };

describe("a stack file that is told of the lab", () => {
  it("gets one object per host under the project's name", () => {
    expect(parse(withLabConfig("", "shop", { hosts: [rack] }))).toEqual({ config: { "shop:rack": written } });
  });

  it("keeps everything else, comments too", () => {
    const before = "# ours\nencryptionsalt: v1:abc\nconfig:\n  shop:password:\n    secure: xyz # secret\n  shop:rack: old\n";
    const after = withLabConfig(before, "shop", { hosts: [rack] });
    expect(after).toMatch(/^# ours\nencryptionsalt: v1:abc\n/);
    expect(after).toContain("secure: xyz # secret");
    expect(parse(after).config["shop:rack"]).toEqual(written);
  });

  it("says the same when told twice", () => {
    const once = withLabConfig("config:\n  shop:a: 1\n", "shop", { hosts: [rack] });
    expect(withLabConfig(once, "shop", { hosts: [rack] })).toBe(once);
  });

  it("is refused when it is no map", () => {
    expect(() => withLabConfig("- a\n- b\n", "shop", { hosts: [rack] })).toThrow(/not a YAML map/);
    expect(() => withLabConfig("config: [unclosed", "shop", { hosts: [rack] })).toThrow(/not a YAML map/);
  });

  it("takes the project's name from the Pulumi.yaml beside it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lab-config-"));
    try {
      const file = join(folder, "Pulumi.dev.yaml");
      await expect(writeLabConfig({ hosts: [rack] }, file)).rejects.toMatchObject({ code: "USAGE" });
      await writeFile(join(folder, "Pulumi.yaml"), "name: yard\nruntime: nodejs\n");
      await writeLabConfig({ hosts: [rack] }, file);
      expect(parse(await readFile(file, "utf8")).config["yard:rack"]).toEqual(written);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
