import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { type ExportedVolume, type ExportManifest, readManifest } from "../../sdk/engine/export/export-manifest";
import { type ExportRequest, exportWorkload } from "../../sdk/engine/export/export-workload";
import { localStore } from "../../sdk/engine/export/local-store";
import { playVolume } from "../../sdk/engine/export/volume-recording";
import { silentReport } from "../../sdk/engine/report";
import { engineClock } from "../support/engine-clock";
import { volumeCorpus } from "../support/volume-corpus";

const image = "debian:bookworm-slim";
jest.setTimeout(60_000);

describe("an export of a workload's volumes", () => {
  const docker = connectDocker("local", "/var/run/docker.sock");
  const folder = mkdtempSync(join(tmpdir(), "drayage-export-"));
  const store = localStore(folder);
  const volumes: string[] = [];
  const containers: string[] = [];

  const volume = async (name: string): Promise<string> => {
    const full = `drayage-test-${randomBytes(4).toString("hex")}-${name}`;
    await docker.createVolume(full, { "dev.drayage.kind": "test" });
    volumes.push(full);
    return full;
  };
  const create = async (name: string, script: string): Promise<string> => {
    const id = await docker.createContainer(`drayage-test-${randomBytes(4).toString("hex")}`, {
      Image: image,
      Cmd: ["sh", "-c", script],
      HostConfig: { Binds: [`${name}:/v`], NetworkMode: "none" },
    });
    containers.push(id);
    return id;
  };
  const shell = async (name: string, script: string): Promise<string> => {
    const exit = await docker.runOnce(`drayage-test-${randomBytes(4).toString("hex")}`, {
      Image: image,
      Cmd: ["sh", "-c", script],
      HostConfig: { Binds: [`${name}:/v`], NetworkMode: "none" },
    });
    if (exit.exitCode !== 0) throw new Error(exit.stderr.toString());
    return exit.stdout.toString();
  };
  const request = (names: Record<string, string>, more: Partial<ExportRequest> = {}): ExportRequest => ({
    docker,
    volumes: names,
    writers: [],
    consistency: "paused",
    about: { workload: "shop", identity: "i".repeat(8), project: "p", stack: "dev", host: "local", machineId: "m" },
    store,
    flush: async () => undefined,
    context: { signal: new AbortController().signal, clock: engineClock, report: silentReport },
    ...more,
  });
  const play = async (name: string, target: string): Promise<{ rootHash: string; manifest: ExportManifest }> => {
    const manifest = readManifest(readFileSync(join(folder, name, "manifest.json"), "utf8"), name);
    const exported = manifest.volumes.data as ExportedVolume;
    const content = await store.read(`${name}/${exported.file}`);
    const { rootHash } = await playVolume(docker, target, { content, ...exported });
    return { rootHash, manifest };
  };

  afterEach(async () => {
    for (const id of containers.splice(0)) await docker.removeContainer(id, { force: true });
    for (const name of volumes.splice(0)) await docker.removeVolume(name);
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("brings back everything a volume can hold, proved by the hash of the tree", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    await shell(source, volumeCorpus);
    const { name, manifest } = await exportWorkload(request({ data: source }));
    expect(await store.list()).toEqual([name]);
    const played = await play(name, target);
    expect(played.rootHash).toBe(manifest.volumes.data?.rootHash);
    const look = "cd /v; stat -c '%n %a %u:%g %y %h' dangling deep sticky setuid table deep/hard; ls -R | md5sum";
    expect(await shell(target, look)).toBe((await shell(source, `rm -f /v/socket; ${look}`)) as string);
  });

  it("is of one moment, though a program writes all the while, and lets it go on", async () => {
    const [source, target] = [await volume("source"), await volume("target")];
    // Two files that are equal whenever nobody is between the two writes, and one that grows for the rounds.
    const writer = await create(source, "i=0; while :; do i=$((i+1)); echo $i >> /v/a; echo $i >> /v/b; done");
    await docker.startContainer(writer);
    await engineClock.sleep(300);
    const { name, manifest } = await exportWorkload(request({ data: source }, { writers: [{ id: writer }] }));
    expect((await docker.inspectContainer(writer))?.State).toMatchObject({ Running: true, Paused: false });
    const played = await play(name, target);
    expect(played.rootHash).toBe(manifest.volumes.data?.rootHash);
    const [a = 0, b = 0] = (await shell(target, "tail -n 1 /v/a; tail -n 1 /v/b")).split("\n").map(Number);
    expect(a).toBeGreaterThan(0);
    expect([0, 1]).toContain(a - b);
    const more = Number(await shell(source, "tail -n 1 /v/a"));
    expect(more).toBeGreaterThan(a);
  });

  it("is none when it cannot be written to its end, and the services run on", async () => {
    const source = await volume("source");
    const writer = await create(source, "while :; do date > /v/now; sleep 0.05; done");
    await docker.startContainer(writer);
    const full = { ...store, write: () => Promise.reject(new Error("no space left on device")) };
    await expect(exportWorkload(request({ data: source }, { store: full, writers: [{ id: writer }] }))).rejects.toThrow(
      /no space/,
    );
    expect(await store.list()).toEqual([]);
    expect((await docker.inspectContainer(writer))?.State).toMatchObject({ Running: true, Paused: false });
  });

  it("lets the services go on when its place fails while they stand still", async () => {
    const source = await volume("source");
    const writer = await create(source, "while :; do date > /v/now; sleep 0.05; done");
    await docker.startContainer(writer);
    const stop = new AbortController();
    // After the pause and before the last round, which has more to send than any buffer on the way takes.
    const pausing = {
      ...docker,
      pauseContainer: async (id: string) => {
        await docker.exec(id, ["sh", "-c", "head -c 50000000 /dev/urandom > /v/late"]);
        await docker.pauseContainer(id);
        stop.abort();
      },
    };
    const context = { signal: stop.signal, clock: engineClock, report: silentReport };
    const exporting = exportWorkload(request({ data: source }, { docker: pausing, context, writers: [{ id: writer }] }));
    await expect(exporting).rejects.toMatchObject({ code: "CANCELLED" });
    expect((await docker.inspectContainer(writer))?.State).toMatchObject({ Running: true, Paused: false });
    expect(await store.list()).toEqual([]);
  });

  it("is not played from a file that was cut short, nor into a volume that holds something", async () => {
    const [source, target, taken] = [await volume("source"), await volume("target"), await volume("taken")];
    await shell(source, "head -c 2000000 /dev/urandom > /v/table");
    await shell(taken, "echo mine > /v/file");
    const { name } = await exportWorkload(request({ data: source }));
    await expect(play(name, taken)).rejects.toMatchObject({ code: "DATA_PROTECTED" });
    truncateSync(join(folder, name, "data.rounds"), 1_000_000);
    await expect(play(name, target)).rejects.toMatchObject({ code: "EXPORT_UNREADABLE" });
    expect(await shell(taken, "cat /v/file")).toBe("mine\n");
  });
});
