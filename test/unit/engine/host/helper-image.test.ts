import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DockerEngine } from "../../../../sdk/engine/docker/docker-engine";
import { ensureMover, imageArchive } from "../../../../sdk/engine/host/helper-image";

/** An engine that holds what is loaded into it; `architecture` is what it then says of it. */
function engine(arch: string, architecture = arch): { docker: DockerEngine; loaded: Buffer[] } {
  const loaded: Buffer[] = [];
  const docker = {
    host: "rack",
    info: async () => ({ arch }),
    inspectImage: async () => (loaded.length > 0 ? { Architecture: architecture } : undefined),
    loadImage: async (tar: Buffer) => void loaded.push(tar),
  };
  return { docker: docker as unknown as DockerEngine, loaded };
}

describe("the mover's image", () => {
  let moverDir: string;
  beforeAll(async () => {
    moverDir = await mkdtemp(join(tmpdir(), "drayage-mover-"));
    await writeFile(join(moverDir, "mover-linux-arm64"), "a binary");
  });
  afterAll(() => rm(moverDir, { recursive: true }));

  it("is loaded once, under a name that only its content decides", async () => {
    const { docker, loaded } = engine("arm64");
    const ref = await ensureMover(docker, moverDir);
    expect(ref).toMatch(/^drayage\/mover:[0-9a-f]{12}$/);
    expect(await ensureMover(docker, moverDir)).toBe(ref);
    expect(loaded).toHaveLength(1);
    expect(await imageArchive(ref, "arm64", Buffer.from("a binary"))).toEqual(loaded[0]);
  });

  it("is refused where there is no binary for the host", async () => {
    await expect(ensureMover(engine("riscv64").docker, moverDir)).rejects.toMatchObject({ code: "HOST_UNSUPPORTED" });
  });

  it("is refused when the engine holds it for another architecture", async () => {
    await expect(ensureMover(engine("arm64", "amd64").docker, moverDir)).rejects.toMatchObject({ code: "HOST_UNSUPPORTED" });
  });
});
