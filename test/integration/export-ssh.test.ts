import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { withStore } from "../../sdk/cli/export/open-store";
import { systemClock as clock } from "../../sdk/cli/system-clock";
import type { Terminal } from "../../sdk/cli/terminal/terminal";
import type { ConnectionPool } from "../../sdk/engine/connection/connection";
import { createConnectionPool } from "../../sdk/engine/connection/connection-pool";
import type { ExportStore } from "../../sdk/engine/export/export-store";
import { sshStore } from "../../sdk/engine/export/ssh-store";
import { describeUnless } from "../support/describe-unless";
import { haveSshd, type LoopbackSshd, startLoopbackSshd } from "../support/loopback-sshd";

const suite = describeUnless(haveSshd() ? undefined : "no /usr/sbin/sshd");

jest.setTimeout(30_000);

suite("a folder of exports over a real sshd", () => {
  let sshd: LoopbackSshd;
  let folder: string;
  let pool: ConnectionPool;
  let store: ExportStore;
  /** Looks like an option, an expansion and two words to a careless shell. */
  const odd = "-shop $(touch tripped) 'a b'";

  beforeAll(async () => {
    sshd = await startLoopbackSshd();
  });
  afterAll(() => sshd.stop());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "dray-exports-"));
    pool = createConnectionPool({ runtimeDir: join(folder, "run"), clock, sshCommand: sshd.sshCommand, persistSeconds: 60 });
    const shell = await pool.openShell("nas", { ...sshd.spec, hostKey: sshd.hostKeys.ed25519 });
    store = sshStore(shell, join(folder, "exports"));
  });
  afterEach(async () => {
    await pool.close({ masters: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const textOf = async (stream: Readable) => Buffer.concat((await stream.toArray()) as Buffer[]);

  it("holds the very bytes, and calls an export only what has its manifest", async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 256));
    await store.write(`${odd}/data.rounds`, Readable.from([bytes]));
    expect(await store.list()).toEqual([]);
    await store.write(`${odd}/manifest.json`, Readable.from([Buffer.from("{}")]));
    expect(await store.list()).toEqual([odd]);
    expect((await textOf(await store.read(`${odd}/data.rounds`))).equals(bytes)).toBe(true);
    expect(readdirSync(join(folder, "exports"))).toEqual([odd]);
    await store.remove(odd);
    expect(readdirSync(join(folder, "exports"))).toEqual([]);
  });

  it("never writes over what is there, and gives no file its name whose source failed", async () => {
    await store.write("one/data.rounds", Readable.from([Buffer.from("first")]));
    await expect(store.write("one/data.rounds", Readable.from([Buffer.from("second")]))).rejects.toMatchObject({
      code: "NAME_TAKEN",
    });
    expect(readFileSync(join(folder, "exports/one/data.rounds"), "utf8")).toBe("first");
    const failing = Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000);
        throw new Error("the source died");
      })(),
    );
    await expect(store.write("two/data.rounds", failing)).rejects.toThrow("the source died");
    expect(existsSync(join(folder, "exports/two/data.rounds"))).toBe(false);
    await expect(store.read("two/data.rounds")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("says why it cannot be written", async () => {
    writeFileSync(join(folder, "exports"), "a file is in the way");
    await expect(store.write("one/data.rounds", Readable.from([Buffer.from("x")]))).rejects.toMatchObject({
      code: "EXPORT_FAILED",
      message: expect.stringMatching(/Not a directory|File exists/),
    });
  });

  it("says how a machine that stands in no program is made known", async () => {
    const place = { kind: "ssh" as const, connection: { ...sshd.spec }, folder: join(folder, "exports") };
    const opening = withStore(place, { env: { HOME: folder, XDG_RUNTIME_DIR: folder } } as unknown as Terminal, (it) =>
      it.list(),
    );
    await expect(opening).rejects.toMatchObject({
      code: "HOST_KEY_UNKNOWN",
      hint: "Connect to it once with ssh, compare the key and accept it; then run the same command again.",
    });
  });
});
