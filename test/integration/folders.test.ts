import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCopy } from "../../sdk/engine/data/copy-session";
import { emptyFolder, makeFolder, setAside } from "../../sdk/engine/data/fill-folder";
import { lookAtFolders } from "../../sdk/engine/data/look-at-folders";
import { measureVolumes } from "../../sdk/engine/data/measure-volumes";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import { engineClock } from "../support/engine-clock";

jest.setTimeout(60_000);

describe("folders of a host", () => {
  const docker = connectDocker("local", "/var/run/docker.sock");
  const root = mkdtempSync(join(tmpdir(), "drayage-folders-"));
  const at = (...parts: string[]) => join(root, ...parts);

  beforeAll(() => {
    mkdirSync(at("full/inner"), { recursive: true });
    writeFileSync(at("full/inner/note"), "precious");
    mkdirSync(at("empty"));
    symlinkSync(root, at("link"));
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("are looked at without being made", async () => {
    const paths = [at("full"), at("empty"), at("link"), at("none/at/all"), at("link", "empty"), at("full/inner/note")];
    const seen = await lookAtFolders(docker, paths);
    expect(seen.map(({ kind, empty }) => `${kind} ${empty}`)).toEqual([
      "folder false",
      "folder true",
      "link false",
      "missing false",
      "folder true",
      "file false",
    ]);
    expect(seen.every(({ freeBytes }) => freeBytes > 0)).toBe(true);
    expect(existsSync(at("none"))).toBe(false);
  });

  it("are carried like volumes, and proved equal", async () => {
    const [from, to] = [at("full"), at("made/on the way=here")];
    expect((await measureVolumes(docker, [], { folders: [from] })).map(({ name, bytes }) => [name, bytes])).toEqual([[from, 8]]);
    await makeFolder(docker, to);
    const context = { signal: new AbortController().signal, clock: engineClock };
    const copy = await openCopy({ source: { docker, folder: from }, target: { docker, folder: to }, context });
    await copy.round({ final: true });
    expect(await copy.verify()).toMatchObject({ equal: true });
    await copy.end();
    await copy.close();
    expect(readFileSync(join(to, "inner/note"), "utf8")).toBe("precious");
  });

  it("with something in them are neither made nor filled", async () => {
    await expect(makeFolder(docker, at("full"))).rejects.toMatchObject({ code: "DATA_PROTECTED" });
    const context = { signal: new AbortController().signal, clock: engineClock };
    const copy = await openCopy({ source: { docker, folder: at("empty") }, target: { docker, folder: at("full") }, context });
    await expect(copy.round({ final: true })).rejects.toMatchObject({ code: "DATA_PROTECTED" });
    await copy.close();
    expect(readFileSync(at("full/inner/note"), "utf8")).toBe("precious");
  });

  it("step aside under the next free name, and are emptied only by name", async () => {
    mkdirSync(at("full.superseded-1"));
    expect(await setAside(docker, at("full"), at("full.superseded-1"))).toBe(at("full.superseded-2"));
    expect(readFileSync(at("full.superseded-2/inner/note"), "utf8")).toBe("precious");
    await emptyFolder(docker, at("full.superseded-2"));
    expect(readdirSync(at("full.superseded-2"))).toEqual([]);
    await emptyFolder(docker, at("full"));
    expect(existsSync(at("full"))).toBe(false);
  });
});
