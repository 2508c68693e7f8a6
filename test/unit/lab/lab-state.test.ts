import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labDirectory, listLabNames, readLabState, removeLabState, writeLabState } from "../../../sdk/lab/lab-state";

const state = { version: 1 as const, name: "a", id: "0123", subnet: "10.213.0.0/27", networkId: "n", hosts: [] };

describe("the state of a lab", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "lab-state-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("is undefined where there is no lab", async () => {
    expect(await readLabState(root, "a")).toBeUndefined();
    expect(await listLabNames(root)).toEqual([]);
  });

  it("comes back as written, and is gone when removed, beside another", async () => {
    await writeLabState(root, state);
    await writeLabState(root, { ...state, name: "b" });
    expect(await readLabState(root, "a")).toEqual(state);
    expect(await listLabNames(root)).toEqual(["a", "b"]);
    await removeLabState(root, "a");
    expect(await listLabNames(root)).toEqual(["b"]);
  });

  it("of an older version is read, and one with bare hosts", async () => {
    const host = { name: "a", address: "", port: 22, user: "", identityFile: "", hostKey: "", containerId: "", volume: "" };
    const both = { ...state, hosts: [host, { ...host, name: "b", bare: true as const }] };
    await writeLabState(root, both);
    expect(await readLabState(root, "a")).toEqual(both);
  });

  it("is readable by its owner alone", async () => {
    await writeLabState(root, state);
    expect((await stat(labDirectory(root, "a"))).mode & 0o077).toBe(0);
    expect((await stat(join(labDirectory(root, "a"), "state.json"))).mode & 0o077).toBe(0);
  });

  it("is an error when it cannot be read, never `no lab`", async () => {
    await mkdir(labDirectory(root, "a"), { recursive: true });
    for (const text of ["", "{", '{"version":2}']) {
      await writeFile(join(labDirectory(root, "a"), "state.json"), text);
      await expect(readLabState(root, "a")).rejects.toMatchObject({ code: "RECORD_UNREADABLE" });
    }
  });
});
