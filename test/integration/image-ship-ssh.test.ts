import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../sdk/cli/system-clock";
import type { ConnectionPool } from "../../sdk/engine/connection/connection";
import { createConnectionPool } from "../../sdk/engine/connection/connection-pool";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { createShipper, type Shipper } from "../../sdk/engine/image/create-shipper";
import { silentReport } from "../../sdk/engine/report";
import { describeUnless } from "../support/describe-unless";
import { localHandle } from "../support/local-handle";
import { haveSshd, type LoopbackSshd, startLoopbackSshd } from "../support/loopback-sshd";
import { type SecondEngine, startSecondEngine } from "../support/second-engine";
import { type TinyImage, tinyImage } from "../support/tiny-image";

jest.setTimeout(60_000);

const suffix = randomBytes(4).toString("hex");
const context = { report: silentReport, signal: new AbortController().signal, clock: systemClock };
const suite = describeUnless(haveSshd() ? undefined : "no /usr/sbin/sshd");

suite("shipping from a host reached over ssh", () => {
  const made: string[] = [];
  const base = randomBytes(2_000_000);
  let here: HostHandle;
  let sshd: LoopbackSshd;
  let pool: ConnectionPool;
  let second: SecondEngine;
  let folder: string;
  let shipper: Shipper;

  beforeAll(async () => {
    here = await localHandle("here");
    sshd = await startLoopbackSshd();
    folder = mkdtempSync(join(tmpdir(), "dray-ship-"));
    pool = poolOf("run");
    second = await startSecondEngine("target");
    shipper = createShipper({ cacheFolder: join(folder, "layers") });
  });
  afterAll(async () => {
    await shipper?.close();
    await pool?.close({ masters: true });
    await second?.stop();
    await sshd?.stop();
    for (const id of made) await here.docker.removeImage(id);
    rmSync(folder, { recursive: true, force: true });
  });

  const poolOf = (name: string) =>
    createConnectionPool({ runtimeDir: join(folder, name), clock: systemClock, sshCommand: sshd.sshCommand });
  const overSsh = async (from = pool): Promise<HostHandle> => {
    const connection = await from.connect("rack", { ...sshd.spec, hostKey: sshd.hostKeys.ed25519 });
    return { ...here, name: "rack", connection, docker: connectDocker("rack", connection.socketPath) };
  };
  const image = async (name: string, layers: Buffer[]): Promise<TinyImage & { ref: string }> => {
    const ref = `drayage-test-${suffix}/${name}:1`;
    const tiny = await tinyImage({ tag: ref, layers });
    await here.docker.loadImage(tiny.archive);
    made.push(ref);
    return { ...tiny, ref };
  };
  const ship = (from: HostHandle, ref: string) => shipper.ship({ from, to: second.host, name: ref, ref, tags: [ref], context });

  it("lets its engine push back through the connection, and then only what changed", async () => {
    const rack = await overSsh();
    const whole = {
      ...rack,
      docker: { ...rack.docker, saveImage: () => Promise.reject(new Error("the whole image was saved")) },
    };
    const first = await image("first", [base]);
    expect((await ship(whole, first.ref)).id).toBe(first.id);
    const changed = await image("changed", [base, randomBytes(50_000)]);
    const shipped = await ship(whole, changed.ref);
    expect(shipped.id).toBe(changed.id);
    const layer = changed.compressed[1] ?? 0;
    expect(shipped.bytes).toBeLessThan(1.1 * layer);
    expect(shipped.bytesRead).toBeLessThan(1.1 * layer);
  });

  it("reads the saved image where sshd forbids forwarding", async () => {
    await sshd.restart(["AllowTcpForwarding local"]);
    const other = poolOf("forbidden");
    try {
      const saved = await image("saved", [base, randomBytes(50_000)]);
      const shipped = await ship(await overSsh(other), saved.ref);
      expect(shipped.id).toBe(saved.id);
      expect(shipped.bytes).toBeLessThan(1.1 * (saved.compressed[1] ?? 0));
    } finally {
      await other.close({ masters: true });
    }
  });
});
