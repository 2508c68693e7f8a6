import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryCredentials } from "../../sdk/engine/docker/docker-engine";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { createImageSupply } from "../../sdk/engine/image/create-image-supply";
import { createShipper, type Shipper } from "../../sdk/engine/image/create-shipper";
import { identityKey, identityOf } from "../../sdk/engine/image/image-identity";
import { label } from "../../sdk/engine/labels";
import { silentReport } from "../../sdk/engine/report";
import type { ImageSupply, WantedImage } from "../../sdk/engine/workload/image-supply";
import { serveImage } from "../support/download-registry";
import { localHandle } from "../support/local-handle";
import { type SecondEngine, startSecondEngine } from "../support/second-engine";
import { type TinyImage, tinyImage } from "../support/tiny-image";

jest.setTimeout(60_000);

const suffix = randomBytes(4).toString("hex");
const made = new Set<string>();
const warnings: string[] = [];
const context = {
  report: { ...silentReport, say: (_: string, text: string) => void warnings.push(text) },
  signal: new AbortController().signal,
  clock: { now: Date.now, monotonic: () => performance.now(), sleep: async () => undefined },
  progress: () => undefined,
};
let credentials: RegistryCredentials | undefined;
let operator: HostHandle;
let second: SecondEngine;
let shipper: Shipper;
let supply: ImageSupply;
let cacheFolder: string;

beforeAll(async () => {
  operator = await localHandle("operator");
  second = await startSecondEngine("target");
  cacheFolder = mkdtempSync(join(tmpdir(), "drayage-layers-"));
  shipper = createShipper({ cacheFolder });
  supply = createImageSupply({
    shipper,
    sources: async () => [operator],
    connect: () => Promise.reject(new Error("no other builder")),
    login: async () => credentials,
  });
});
afterAll(async () => {
  await shipper?.close();
  for (const id of made) await operator.docker.removeImage(id);
  await second?.stop();
  rmSync(cacheFolder, { recursive: true, force: true });
});

async function onOperator(image: Promise<TinyImage>, tag: string): Promise<TinyImage> {
  const made_ = await image;
  await operator.docker.loadImage(made_.archive);
  made.add(tag).add(made_.id);
  return made_;
}

describe("a built image", () => {
  const contentHash = randomBytes(32).toString("hex");
  const tag = `drayage/api-${suffix}:${contentHash.slice(0, 12)}`;
  const wanted: WantedImage = { service: "api", image: { kind: "built", name: `api-${suffix}`, contentHash } };

  it("is unknown in preview until it is built, and cannot be supplied", async () => {
    expect(await supply.missing(second.host, wanted)).toEqual({ present: false, how: "ship" });
    await expect(supply.supply(second.host, wanted, context)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  });

  it("is shipped once and then present", async () => {
    const image = await onOperator(
      tinyImage({ tag, layers: [randomBytes(9_000)], labels: { [label.contentHash]: contentHash } }),
      tag,
    );
    expect(await supply.supply(second.host, wanted, context)).toBe(image.id);
    expect(await supply.missing(second.host, wanted)).toEqual({ present: true, id: image.id });
    expect((await second.host.docker.inspectImage(tag))?.Id).toBe(image.id);
  });

  it("is that very image when its identity is known, not another build of the same content", async () => {
    const newBits = await onOperator(
      tinyImage({ tag, layers: [randomBytes(9_000)], labels: { [label.contentHash]: contentHash } }),
      tag,
    );
    const found = await operator.docker.inspectImage(newBits.id);
    const identity = found && identityKey(identityOf(found, "graphdriver"));
    const exact: WantedImage = {
      ...wanted,
      image: { kind: "built", name: `api-${suffix}`, contentHash, identity: identity ?? "" },
    };
    expect(await supply.missing(second.host, exact)).toMatchObject({ present: false, how: "ship" });
    expect(await supply.supply(second.host, exact, context)).toBe(newBits.id);
    expect(await supply.missing(second.host, exact)).toEqual({ present: true, id: newBits.id });
  });

  it("that was built once and that nobody has is missed in preview; far engines are asked last", async () => {
    const [far, lost] = [randomBytes(32).toString("hex"), `${"0".repeat(64)}.${"0".repeat(32)}`];
    const promoted = (identity: string): WantedImage => ({
      service: "api",
      image: { kind: "built", name: "far", contentHash: far, identity },
    });
    await expect(supply.missing(second.host, promoted(lost))).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    const farTag = `drayage/far:${far.slice(0, 12)}`;
    const image = await onOperator(
      tinyImage({ tag: farTag, layers: [randomBytes(3_000)], labels: { [label.contentHash]: far } }),
      farTag,
    );
    const found = await operator.docker.inspectImage(image.id);
    const wanted = promoted(found === undefined ? "" : identityKey(identityOf(found, "graphdriver")));
    const asked: string[] = [];
    const farSupply = createImageSupply({
      shipper,
      sources: async () => [],
      farSources: async () => {
        asked.push("far");
        return [operator];
      },
      connect: () => Promise.reject(new Error("no other builder")),
      login: async () => undefined,
    });
    expect(await farSupply.supply(second.host, wanted, context)).toBe(image.id);
    expect(await farSupply.missing(second.host, wanted)).toEqual({ present: true, id: image.id });
    expect(asked).toEqual(["far"]);
  });

  it("of another architecture is refused in preview", async () => {
    const platform = { ...wanted, image: { ...wanted.image, platform: "linux/arm64" } } as WantedImage;
    await expect(supply.missing(second.host, platform)).rejects.toMatchObject({ code: "ARCH_MISMATCH" });
  });
});

describe("a ready image", () => {
  const reference = (ref: string, more: Partial<WantedImage> = {}): WantedImage => ({
    service: "db",
    image: { kind: "reference", ref, pull: "missing" },
    ...more,
  });

  it("is pulled with the operator's credentials, and only with them", async () => {
    const user = { name: "ann", password: `pw-${suffix}` };
    const image = await tinyImage({ tag: "any:1", layers: [randomBytes(7_000)] });
    const registry = await serveImage(image.archive, user);
    const ref = `${registry.address}/team/db:1`;
    try {
      await expect(supply.supply(operator, reference(ref), context)).rejects.toMatchObject({ code: "REGISTRY_AUTH" });
      credentials = { serveraddress: registry.address, username: user.name, password: user.password };
      expect(await supply.missing(operator, reference(ref))).toEqual({ present: false, how: "pull" });
      expect(await supply.supply(operator, reference(ref), context)).toBe(image.id);
      made.add(ref);
      expect(await supply.missing(operator, reference(ref))).toEqual({ present: true, id: image.id });
    } finally {
      credentials = undefined;
      await registry.close();
    }
  });

  it("is shipped from the operator where the host cannot pull it, and that is said", async () => {
    const ref = `127.0.0.1:9/nowhere/db-${suffix}:1`;
    const image = await onOperator(tinyImage({ tag: ref, layers: [randomBytes(8_000)] }), ref);
    warnings.length = 0;
    expect(await supply.supply(second.host, reference(ref), context)).toBe(image.id);
    expect(warnings.join()).toMatch(/shipped/);
    expect((await second.host.docker.inspectImage(ref))?.Id).toBe(image.id);
  });

  it("that is locked means the image it was locked to, whatever its name means now", async () => {
    const ref = `127.0.0.1:9/nowhere/locked-${suffix}:1`;
    const old = await onOperator(tinyImage({ tag: ref, layers: [randomBytes(6_000)] }), ref);
    await operator.docker.tagImage(old.id, `drayage-test-${suffix}/old`, "1");
    made.add(`drayage-test-${suffix}/old:1`);
    await onOperator(tinyImage({ tag: ref, layers: [randomBytes(6_000)] }), ref);
    const locked = reference(ref, { lockedTo: old.id });
    expect(await supply.missing(second.host, locked)).toMatchObject({ present: false, how: "ship" });
    expect(await supply.supply(second.host, locked, context)).toBe(old.id);
  });

  it("that is locked by a registry's digest is pulled by it, whatever its name means there now", async () => {
    const old = await tinyImage({ tag: "any:1", layers: [randomBytes(5_000)] });
    const registry = await serveImage(old.archive);
    try {
      const byDigest = `${registry.address}/team/pinned@${registry.digest}`;
      const wanted = reference(`${registry.address}/team/pinned:moved`, {
        lockedTo: `sha256:${"1".repeat(64)}`,
        lockedDigest: byDigest,
      });
      expect(await supply.supply(operator, wanted, context)).toBe(old.id);
      made.add(byDigest);
    } finally {
      await registry.close();
    }
  });

  it("that is locked to an image nobody has is refused rather than replaced", async () => {
    const ref = `127.0.0.1:9/nowhere/gone-${suffix}:1`;
    await onOperator(tinyImage({ tag: ref, layers: [randomBytes(6_000)] }), ref);
    const locked = reference(ref, { lockedTo: `sha256:${"0".repeat(64)}` });
    await expect(supply.supply(second.host, locked, context)).rejects.toMatchObject({ code: "IMAGE_MISMATCH" });
  });
});
