/** Who builds an image of another architecture than this machine's. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Host, Image } from "../../sdk";
import { declareLeaving } from "../../sdk/resources/declared-hosts";
import { operatorArch } from "../../sdk/resources/program-facts";
import { mockPulumi, type Registered, registeredAll } from "../support/pulumi-mocks";

const here = operatorArch();
const other = here === "amd64" ? "arm64" : "amd64";
const before = process.cwd();
let registered: Registered[];
let folder: string;
const builderOf = (name: string) => registered.find((it) => it.name === name)?.inputs.builder;

beforeEach(() => {
  registered = mockPulumi();
  folder = mkdtempSync(join(tmpdir(), "drayage-builder-"));
  process.chdir(folder);
  mkdirSync("web");
  writeFileSync("web/Dockerfile", "FROM scratch\n");
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

describe("an image's builder", () => {
  it("is a host that says it has the platform's architecture, when this machine has not", async () => {
    const cloud = new Host("cloud", { address: "10.0.0.12", arch: other });
    const web = new Image("web", { context: "./web", platform: `linux/${other}` });
    await registeredAll(cloud, web);
    expect(builderOf("web")).toMatchObject({ name: "cloud", connection: { address: "10.0.0.12" } });
  });

  it("is this machine where it can build natively, or nothing else is said", async () => {
    const cloud = new Host("cloud", { address: "10.0.0.12", arch: here });
    const native = new Image("native", { context: "./web", platform: `linux/${here}` });
    const plain = new Image("plain", { context: "./web" });
    await registeredAll(cloud, native, plain);
    expect([builderOf("native"), builderOf("plain")]).toEqual([undefined, undefined]);
  });

  it("is never a host on its way out, and always the one that is written", async () => {
    const rack = new Host("rack", { address: "10.0.0.11" });
    const cloud = new Host("cloud", { address: "10.0.0.12", arch: other });
    declareLeaving("cloud");
    const left = new Image("left", { context: "./web", platform: `linux/${other}` });
    const written = new Image("written", { context: "./web", platform: `linux/${other}`, builder: rack });
    await registeredAll(rack, cloud, left, written);
    expect([builderOf("left"), builderOf("written")]).toEqual([undefined, expect.objectContaining({ name: "rack" })]);
  });
});
