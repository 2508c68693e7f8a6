import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LayerCache, openLayerCache } from "../../../../sdk/engine/image/layer-cache";
import { type LayerRegistry, openLayerRegistry } from "../../../../sdk/engine/image/layer-registry";

const digest = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const diffId = digest(Buffer.from("uncompressed"));
let folder: string;
let cache: LayerCache;
let registry: LayerRegistry;
const at = (path: string) => `http://127.0.0.1:${registry.port}${path}`;
const blobs = "/v2/drayage/ship/blobs";

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "drayage-registry-"));
  cache = await openLayerCache({ folder, maxBytes: 1e9 });
  registry = await openLayerRegistry({ cache });
});
afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

async function upload(bytes: Buffer, name = digest(bytes)): Promise<number> {
  const started = await fetch(at(`${blobs}/uploads/`), { method: "POST" });
  if (started.status !== 202) return started.status;
  const location = started.headers.get("location") ?? "";
  const half = Math.floor(bytes.length / 2);
  const patched = await fetch(at(location), { method: "PATCH", body: bytes.subarray(0, half) });
  expect(patched.headers.get("range")).toBe(`0-${half - 1}`);
  return (await fetch(at(`${location}?digest=${name}`), { method: "PUT", body: bytes.subarray(half) })).status;
}
const head = async (name: string) => (await fetch(at(`${blobs}/${name}`), { method: "HEAD" })).status;

describe("the registry endpoint", () => {
  it("speaks version 2", async () => {
    const answer = await fetch(at("/v2/"));
    expect([answer.status, answer.headers.get("docker-distribution-api-version")]).toEqual([200, "registry/2.0"]);
  });

  it("takes a pushed image and tells its layers in order", async () => {
    const push = registry.expect("t1", [diffId]);
    const layer = randomBytes(5000);
    const config = Buffer.from(JSON.stringify({ rootfs: { diff_ids: [diffId] } }));
    expect([await upload(layer), await upload(config)]).toEqual([201, 201]);
    const manifest = { config: { digest: digest(config) }, layers: [{ digest: digest(layer), size: layer.length }] };
    const put = await fetch(at("/v2/drayage/ship/manifests/t1"), { method: "PUT", body: JSON.stringify(manifest) });
    expect(put.status).toBe(201);
    expect(await push.pushed()).toEqual({ configDigest: digest(config), layers: manifest.layers });
    expect(push.received).toBe(layer.length + config.length);
    expect(await cache.layerByDiffId(diffId)).toEqual({ diffId, digest: digest(layer), size: layer.length });
  });

  it("says that a layer is here when nobody waits for it, though its bytes are not", async () => {
    const known = { diffId, digest: digest(randomBytes(3)), size: 77 };
    await cache.remember(known);
    expect(await head(known.digest)).toBe(200);
    const push = registry.expect("t", [diffId]);
    expect(await head(known.digest)).toBe(404);
    push.close();
    expect(await head(known.digest)).toBe(200);
  });

  it("refuses bytes that are not those of the digest, and keeps nothing of them", async () => {
    registry.expect("t", []);
    const other = digest(randomBytes(4));
    expect(await upload(randomBytes(4000), other)).toBe(400);
    expect(await head(other)).toBe(404);
    expect(readdirSync(join(folder, "blobs"))).toEqual([]);
    expect(readdirSync(join(folder, "incoming"))).toEqual([]);
  });

  it("refuses uploads while no push is expected", async () => {
    expect(await upload(randomBytes(100))).toBe(403);
  });

  it("gives nothing away", async () => {
    registry.expect("t", []);
    const layer = randomBytes(100);
    await upload(layer);
    expect((await fetch(at(`${blobs}/${digest(layer)}`))).status).toBe(404);
  });

  it("takes another port when the preferred one is in use", async () => {
    const second = await openLayerRegistry({ cache, preferredPort: registry.port });
    expect(second.port).not.toBe(registry.port);
    await second.close();
  });
});

describe("the layer cache", () => {
  it("drops what was used longest ago when it is over its bound, and remembers its size", async () => {
    const bounded = await openLayerCache({ folder, maxBytes: 2500 });
    const names: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const blob = await bounded.write();
      await blob.append(randomBytes(1000));
      names.push(await blob.commitAsIs());
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    const [oldest = "", middle = ""] = names;
    await bounded.remember({ diffId, digest: middle, size: 1000 });
    expect(await bounded.size(oldest)).toBe(1000);
    await bounded.trim();
    expect(await bounded.size(middle)).toBeUndefined();
    expect(await bounded.size(oldest)).toBe(1000);
    expect((await bounded.layerByDiffId(diffId))?.size).toBe(1000);
  });

  it("refuses names that are not digests", async () => {
    await expect(cache.size("sha256:../../etc/passwd")).rejects.toThrow(/digest/);
  });
});
