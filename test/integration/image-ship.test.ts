import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { createShipper, type Shipper } from "../../sdk/engine/image/create-shipper";
import { identityOf } from "../../sdk/engine/image/image-identity";
import type { Shipped } from "../../sdk/engine/image/ship-image";
import { silentReport } from "../../sdk/engine/report";
import { localHandle } from "../support/local-handle";
import { type SecondEngine, startSecondEngine } from "../support/second-engine";
import { type TinyImage, tinyImage } from "../support/tiny-image";

jest.setTimeout(60_000);

const suffix = randomBytes(4).toString("hex");
const made: string[] = [];
const context = {
  report: silentReport,
  signal: new AbortController().signal,
  clock: { now: Date.now, monotonic: () => performance.now(), sleep: async () => undefined },
};
let whole: HostHandle;
/** As `whole`, but nothing may fall back to saving whole images. */
let operator: HostHandle;
let second: SecondEngine;
let cacheFolder: string;
let shipper: Shipper;

beforeAll(async () => {
  whole = await localHandle("operator");
  operator = { ...whole, docker: { ...whole.docker, saveImage: () => Promise.reject(new Error("the whole image was saved")) } };
  second = await startSecondEngine("target");
  cacheFolder = mkdtempSync(join(tmpdir(), "drayage-layers-"));
  shipper = createShipper({ cacheFolder });
});

afterAll(async () => {
  await shipper?.close();
  for (const id of made) await operator.docker.removeImage(id);
  await second?.stop();
  if (cacheFolder !== undefined) rmSync(cacheFolder, { recursive: true, force: true });
});

describe("shipping an image", () => {
  const base = [randomBytes(3_000_000), randomBytes(500_000)];

  it("sends everything to a host that has nothing of it", async () => {
    const image = await onOperator("first", base);
    const shipped = await ship("first");
    expect(shipped.layersSent).toBe(2);
    expect(shipped.bytes).toBeGreaterThan(3_500_000);
    await expectSame(image, shipped);
  });

  it("sends nothing the second time", async () => {
    const shipped = await ship("first");
    expect(shipped).toMatchObject({ bytes: 0, layersSent: 0 });
  });

  it("sends only the changed layer on a base that the host has", async () => {
    const image = await onOperator("changed", [...base, randomBytes(60_000)]);
    const changed = image.compressed[2] ?? 0;
    const shipped = await ship("changed");
    expect(shipped.layersSent).toBe(1);
    expect(shipped.bytes).toBeLessThanOrEqual(1.1 * changed);
    expect(shipped.bytesRead).toBeLessThanOrEqual(1.1 * changed);
    await expectSame(image, shipped);
  });

  it("sends no layer when only the configuration differs", async () => {
    const image = await onOperator("relabelled", base, { labels: { test: suffix } });
    const shipped = await ship("relabelled");
    expect(shipped.layersSent).toBe(0);
    expect(shipped.bytes).toBeLessThan(20_000);
    await expectSame(image, shipped);
  });

  it("counts a layer as present only on top of the same layers", async () => {
    const image = await onOperator("other-base", [randomBytes(10_000), base[1] ?? Buffer.alloc(0)]);
    const shipped = await ship("other-base");
    expect(shipped.layersSent).toBe(2);
    await expectSame(image, shipped);
  });

  it("carries an image that has the same layer twice", async () => {
    const twice = randomBytes(20_000);
    const image = await onOperator("twice", [twice, randomBytes(10_000), twice]);
    const shipped = await ship("twice");
    expect(shipped.bytes).toBeLessThan(40_000);
    await expectSame(image, shipped);
  });

  it("says in advance what it will cost once the layers were compressed", async () => {
    const image = await onOperator("forecast", [...base, randomBytes(40_000)]);
    expect(await shipper.forecast({ from: operator, to: second.host, ref: tagOf("forecast") })).toMatchObject({ exact: false });
    const shipped = await ship("forecast");
    await second.host.docker.removeImage(shipped.id);
    const forecast = await shipper.forecast({ from: operator, to: second.host, ref: tagOf("forecast") });
    expect(forecast?.exact).toBe(true);
    expect(forecast?.bytes).toBeGreaterThan(0.9 * (image.compressed[2] ?? 0));
    const again = await ship("forecast");
    expect(again.bytes).toBeLessThan(1.1 * (forecast?.bytes ?? 0));
    await expectSame(image, again);
  });

  it("ships a base that several images share once, also when they go at the same time", async () => {
    const shared = randomBytes(1_000_000);
    await onOperator("one", [shared, randomBytes(5_000)]);
    await onOperator("two", [shared, randomBytes(5_000)]);
    const [one, two] = await Promise.all([ship("one"), ship("two")]);
    expect(one.bytes + two.bytes).toBeLessThan(1_100_000);
  });

  it("refuses an image of another architecture and leaves the target alone", async () => {
    await onOperator("arm", [randomBytes(1_000)], { architecture: "arm64" });
    await expect(ship("arm")).rejects.toMatchObject({ code: "ARCH_MISMATCH" });
    expect(await second.host.docker.inspectImage(tagOf("arm"))).toBeUndefined();
  });

  it("reads the saved image where the engine cannot reach the operator", async () => {
    const forbidding: HostHandle = {
      ...whole,
      connection: { ...whole.connection, forwardBack: () => Promise.reject(new Error("forwarding is forbidden")) },
    };
    const image = await onOperator("saved", [...base, randomBytes(70_000)]);
    const shipped = await ship("saved", forbidding);
    expect(shipped.layersSent).toBe(1);
    expect(shipped.bytes).toBeLessThanOrEqual(1.1 * (image.compressed[2] ?? 0));
    await expectSame(image, shipped);
  });

  it("sends a layer again when its bytes in the cache are bad", async () => {
    const image = await onOperator("damaged", [...base, randomBytes(80_000)]);
    const first = await ship("damaged");
    await second.host.docker.removeImage(first.id);
    await damageNewestBlob();
    await expectSame(image, await ship("damaged"));
  });

  it("leaves the operator's images with the names they had", async () => {
    const image = await operator.docker.inspectImage(tagOf("first"));
    expect(image?.RepoTags).toEqual([tagOf("first")]);
  });

  it("stops while it reads a saved image", async () => {
    await onOperator("half", [randomBytes(3_000_000)]);
    const stop = new AbortController();
    const from: HostHandle = {
      ...whole,
      connection: { ...whole.connection, forwardBack: () => Promise.reject(new Error("forwarding is forbidden")) },
      docker: {
        ...whole.docker,
        saveImage: async (ref) => {
          setImmediate(() => stop.abort());
          return whole.docker.saveImage(ref);
        },
      },
    };
    const request = { from, to: second.host, name: "half", ref: tagOf("half"), tags: [tagOf("half")] };
    await expect(shipper.ship({ ...request, context: { ...context, signal: stop.signal } })).rejects.toMatchObject({
      code: "CANCELLED",
    });
    expect(await second.host.docker.inspectImage(tagOf("half"))).toBeUndefined();
  });

  it("stops when it is cancelled", async () => {
    await onOperator("cancelled", [randomBytes(2_000_000)]);
    const cancelled = { ...context, signal: AbortSignal.abort() };
    const request = { from: operator, to: second.host, name: "cancelled", ref: tagOf("cancelled"), tags: [tagOf("cancelled")] };
    await expect(shipper.ship({ ...request, context: cancelled })).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await second.host.docker.inspectImage(tagOf("cancelled"))).toBeUndefined();
  });
});

describe("shipping to a full disk", () => {
  let small: SecondEngine | undefined;
  afterAll(() => small?.stop());

  it("says so with its own code", async () => {
    small = await startSecondEngine("small", { diskBytes: 24_000_000 });
    await onOperator("large", [randomBytes(30_000_000)]);
    const request = { from: operator, to: small.host, name: "large", ref: tagOf("large"), tags: [tagOf("large")], context };
    await expect(shipper.ship(request)).rejects.toMatchObject({ code: "DISK_FULL" });
  });
});

function tagOf(name: string): string {
  return `drayage-test-${suffix}/${name}:1`;
}

async function onOperator(
  name: string,
  layers: readonly Buffer[],
  more: { architecture?: string; labels?: Record<string, string> } = {},
): Promise<TinyImage> {
  const image = await tinyImage({ tag: tagOf(name), layers, ...more });
  await operator.docker.loadImage(image.archive);
  made.push(tagOf(name));
  return image;
}

function ship(name: string, from = operator): Promise<Shipped> {
  return shipper.ship({ from, to: second.host, name, ref: tagOf(name), tags: [tagOf(name)], context });
}

async function expectSame(image: TinyImage, shipped: Shipped): Promise<void> {
  expect(shipped.id).toBe(image.id);
  const there = await second.host.docker.inspectImage(shipped.id);
  expect(there && identityOf(there, "graphdriver")).toEqual({
    configDigest: image.id,
    diffIds: image.diffIds,
    platform: "linux/amd64",
  });
}

async function damageNewestBlob(): Promise<void> {
  const { readdir, stat, truncate, open } = await import("node:fs/promises");
  const folder = join(cacheFolder, "blobs");
  const blobs = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ path: join(folder, name), found: await stat(join(folder, name)) })),
  );
  const layer = blobs
    .filter(({ found }) => found.size > 70_000 && found.size < 100_000)
    .sort((a, b) => b.found.mtimeMs - a.found.mtimeMs)[0];
  if (layer === undefined) throw new Error("no layer to damage");
  await truncate(layer.path, layer.found.size);
  const file = await open(layer.path, "r+");
  await file.write(Buffer.alloc(1000), 0, 1000, 40_000);
  await file.close();
}
