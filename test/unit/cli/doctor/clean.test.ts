import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "../../../../sdk/cli/doctor/check";
import { clean, idleReader, ourImages } from "../../../../sdk/cli/doctor/clean";
import { remember } from "../../../../sdk/cli/doctor/obtained";
import { systemClock } from "../../../../sdk/cli/system-clock";
import type { DockerEngine } from "../../../../sdk/engine/docker/docker-engine";
import { emptyHostRecord } from "../../../../sdk/engine/record/host-record";
import type { RecordStore } from "../../../../sdk/engine/record/record-store";
import { silentReport } from "../../../../sdk/engine/report";

describe("cleaning up", () => {
  let folder: string;
  let machine: Machine;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "clean-"));
    const context = { report: silentReport, signal: new AbortController().signal, clock: systemClock };
    machine = {
      env: { HOME: join(folder, "home") },
      cacheDir: join(folder, "cache"),
      socket: join(folder, "no-engine"),
      context,
    };
    await mkdir(join(folder, "home"));
    await mkdir(machine.cacheDir);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const engine = (tags: readonly string[], baseId: string) =>
    ({
      listImages: async () => [{ RepoTags: tags }],
      inspectImage: async () => ({ Id: baseId }),
    }) as unknown as Pick<DockerEngine, "listImages" | "inspectImage">;

  it("removes the cache, also where no engine answers", async () => {
    await clean(machine, join(folder, "project"), () => undefined);
    expect(existsSync(machine.cacheDir)).toBe(false);
  });

  it("refuses to remove a cache directory that holds the user's home or the project", async () => {
    for (const cacheDir of [folder, join(folder, "home"), "/"]) {
      const mistaken = { ...machine, cacheDir };
      await expect(clean(mistaken, join(folder, "project"), () => undefined)).rejects.toMatchObject({ code: "DATA_PROTECTED" });
    }
    expect(existsSync(join(folder, "home"))).toBe(true);
  });

  it("takes the reader of this machine's record only when that says nothing any more", async () => {
    const docker = { inspectContainer: async () => ({ Id: "abc" }) } as unknown as Pick<DockerEngine, "inspectContainer">;
    const record = (workloads: object) =>
      ({ read: async () => ({ ...emptyHostRecord, workloads }) }) as Pick<RecordStore, "read">;
    expect(await idleReader(docker, record({}))).toEqual({ id: "abc", name: "drayage-record" });
    expect(await idleReader(docker, record({ shop: {} }))).toBeUndefined();
    const none = { inspectContainer: async () => undefined };
    expect(await idleReader(none, { read: () => Promise.reject(new Error("read")) })).toBeUndefined();
  });

  it("takes our images, and of others only the base image that set-up brought and that is still the same", async () => {
    expect(await ourImages(engine(["drayage/lab:1", "drayageish:2", "shop:1"], "sha256:a"), machine)).toEqual(["drayage/lab:1"]);
    await remember(machine.cacheDir, { baseImage: { ref: "debian:bookworm-slim", id: "sha256:a" } });
    expect(await ourImages(engine([], "sha256:a"), machine)).toEqual(["debian:bookworm-slim"]);
    expect(await ourImages(engine([], "sha256:b"), machine)).toEqual([]);
  });
});
