import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryCredentials } from "../../sdk/engine/docker/docker-engine";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { createImageSupply } from "../../sdk/engine/image/create-image-supply";
import { createShipper, type Shipper } from "../../sdk/engine/image/create-shipper";
import { pushImage } from "../../sdk/engine/image/push-image";
import { silentReport } from "../../sdk/engine/report";
import type { ImageSupply, WantedImage } from "../../sdk/engine/workload/image-supply";
import type { ServiceImageSpec } from "../../sdk/spec/image";
import type { PushSpec } from "../../sdk/spec/registry";
import { type BuiltImage, buildTinyImage } from "../support/built-image";
import { type Certificate, type DockerRegistry, makeCertificate, startDockerRegistry } from "../support/docker-registry";
import { freePort } from "../support/free-ports";
import { localHandle } from "../support/local-handle";
import { chooseLink, type SecondEngine, startSecondEngine } from "../support/second-engine";
import { describeWith } from "../support/test-tools";
import { tinyImage } from "../support/tiny-image";
import { startTokenServer, type TokenServer } from "../support/token-server";

jest.setTimeout(60_000);

type BuiltSpec = Extract<ServiceImageSpec, { kind: "built" }>;

describeWith("docker-registry")("a registry", () => {
  const suffix = randomBytes(4).toString("hex");
  const user = { name: "ann", password: `pw-${randomBytes(9).toString("hex")}` };
  const link = chooseLink();
  const made = new Set<string>();
  const trusted: string[] = [];
  const warnings: string[] = [];
  const context = {
    report: { ...silentReport, say: (_: string, text: string) => void warnings.push(text) },
    signal: new AbortController().signal,
    clock: { now: Date.now, monotonic: () => performance.now(), sleep: async () => undefined },
    progress: () => undefined,
  };
  let credentials: RegistryCredentials | undefined;
  let folder: string;
  let tls: Certificate;
  let operator: HostHandle;
  let second: SecondEngine;
  let shipper: Shipper;
  let supply: ImageSupply;
  let closed: DockerRegistry;
  let open: DockerRegistry;

  /** Both engines read it: they share this machine's files. */
  const trust = (registry: string) => {
    const at = join("/etc/docker/certs.d", registry);
    trusted.push(at);
    mkdirSync(at, { recursive: true });
    cpSync(tls.certificate, join(at, "ca.crt"));
  };
  const login = async () => credentials;
  const ann = (registry: string): RegistryCredentials => ({
    serveraddress: registry,
    username: user.name,
    password: user.password,
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "drayage-registry-test-"));
    tls = makeCertificate(folder, link.here);
    const plain = await freePort();
    const allows = [`--insecure-registry=${link.here}:${plain}`, `--registry-mirror=http://${link.here}:${plain}`];
    operator = await localHandle("operator");
    second = await startSecondEngine("target", { link, args: allows });
    closed = await startDockerRegistry({ address: link.here, tls, user });
    open = await startDockerRegistry({ address: link.here, port: plain });
    shipper = createShipper({ cacheFolder: join(folder, "layers") });
    supply = createImageSupply({
      shipper,
      sources: async () => [operator],
      connect: () => Promise.reject(new Error("no other builder")),
      login,
    });
  });
  afterAll(async () => {
    await shipper?.close();
    for (const id of made) await operator.docker.removeImage(id);
    await second?.stop();
    await Promise.all([closed?.remove(), open?.remove()]);
    for (const path of [...trusted, folder]) rmSync(path, { recursive: true, force: true });
  });

  async function built(name: string): Promise<BuiltImage> {
    const image = await buildTinyImage(operator, `${name}-${suffix}`);
    made.add(image.tag).add(image.id);
    return image;
  }
  const pushTo = async (image: BuiltSpec, push: PushSpec) => {
    const tag = `drayage/${image.name}:${image.contentHash.slice(0, 12)}`;
    const digest = await pushImage({
      ...image,
      builder: operator,
      id: tag,
      push,
      login,
      run: context,
      progress: () => undefined,
    });
    const pushed = { ...push, tag: push.tag ?? image.contentHash.slice(0, 12), digest };
    return { service: "web", image: { ...image, pushed } };
  };
  const pushOf = (registry: string, more: Partial<PushSpec> = {}): PushSpec => ({
    registry,
    repository: `team/web-${suffix}`,
    insecure: false,
    ...more,
  });
  const idOn = async (host: HostHandle, { image }: WantedImage) => {
    const name = image.kind === "built" ? `drayage/${image.name}:${image.contentHash.slice(0, 12)}` : image.ref;
    return (await host.docker.inspectImage(name))?.Id;
  };

  it("whose certificate an engine does not trust is told with the folder for its authority", async () => {
    credentials = ann(closed.name);
    await expect(pushTo(await built("untrusted"), pushOf(closed.name))).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      subject: expect.stringContaining(`${closed.name} by operator`),
      hint: `Put its authority into /etc/docker/certs.d/${closed.name}/ca.crt on that host.`,
    });
    trust(closed.name);
  });

  it("with TLS and basic authentication takes a push and gives it to a host by digest, which proves it to be the same", async () => {
    credentials = ann(closed.name);
    const wanted = await pushTo(await built("basic"), pushOf(closed.name));
    expect(await supply.missing(second.host, wanted)).toEqual({
      present: false,
      how: "pull",
      from: `${closed.name}/team/web-${suffix}@${wanted.image.pushed.digest}`,
    });
    const id = await supply.supply(second.host, wanted, context);
    expect(await idOn(operator, wanted)).toBe(id);
    expect(await supply.missing(second.host, wanted)).toEqual({ present: true, id });
  });

  it("leaves no password on a host, and no name of its own on the builder", async () => {
    const found = execFileSync("sh", ["-c", 'grep -rl "$0" "$1" || true', user.password, second.folder]).toString();
    expect(found).toBe("");
    const names = (await operator.docker.listImages()).flatMap((image) => image.RepoTags ?? []);
    expect(names.filter((name) => name.startsWith(closed.name))).toEqual([]);
  });

  it("that refuses the credentials fails, and the host is as it was", async () => {
    credentials = ann(closed.name);
    const wanted = await pushTo(await built("refused"), pushOf(closed.name));
    const ref = { from: "environment", name: "PW" } as const;
    const given = { ...wanted.image.pushed, credentials: { kind: "login", username: "ann", password: ref } as const };
    credentials = { ...ann(closed.name), password: "wrong" };
    await expect(
      supply.supply(second.host, { ...wanted, image: { ...wanted.image, pushed: given } }, context),
    ).rejects.toMatchObject({
      code: "REGISTRY_AUTH",
      hint: expect.stringContaining("credentials"),
    });
    credentials = undefined;
    await expect(supply.supply(second.host, wanted, context)).rejects.toMatchObject({
      code: "REGISTRY_AUTH",
      hint: `docker login ${closed.name}, on this machine: the hosts need no login.`,
    });
    expect(await idOn(second.host, wanted)).toBeUndefined();
  });

  it("with a token server is asked by tokens for just what is done", async () => {
    const tokens: TokenServer = await startTokenServer(link.here, tls, user);
    let registry: DockerRegistry | undefined;
    try {
      registry = await startDockerRegistry({ address: link.here, tls, tokens });
      trust(registry.name);
      credentials = ann(registry.name);
      const wanted = await pushTo(await built("token"), pushOf(registry.name));
      expect(await supply.supply(second.host, wanted, context)).toBe(await idOn(operator, wanted));
      expect(tokens.granted).toContain(`repository:team/web-${suffix}:push,pull`);
      expect(tokens.granted).toContain(`repository:team/web-${suffix}:pull`);
      credentials = { ...ann(registry.name), password: "wrong" };
      await expect(pushTo(await built("denied"), pushOf(registry.name))).rejects.toMatchObject({ code: "REGISTRY_AUTH" });
      expect(tokens.refused).toBeGreaterThan(0);
    } finally {
      await Promise.all([registry?.remove(), tokens.close()]);
    }
  });

  it("that is down fails with what to do, and is gone around by shipping where the program allows it", async () => {
    credentials = ann(closed.name);
    const wanted = await pushTo(await built("down"), pushOf(closed.name));
    await closed.stop();
    try {
      await expect(supply.supply(second.host, wanted, context)).rejects.toMatchObject({
        code: "REGISTRY_UNREACHABLE",
        message: expect.stringContaining("connection refused"),
      });
      await expect(pushTo(await built("later"), pushOf(closed.name))).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
      const lenient = { ...wanted, image: { ...wanted.image, pushed: { ...wanted.image.pushed, fallback: "ship" } } } as const;
      expect(await supply.supply(second.host, lenient, context)).toBe(await idOn(operator, wanted));
      expect(warnings.join()).toMatch(/could not pull it, it is shipped; .*connection refused/);
    } finally {
      await closed.start();
    }
  });

  it("is believed no digest: another image under it is refused", async () => {
    credentials = ann(closed.name);
    const [one, other] = [
      await pushTo(await built("one"), pushOf(closed.name)),
      await pushTo(await built("other"), pushOf(closed.name)),
    ];
    const mixed = { ...one, image: { ...one.image, pushed: other.image.pushed } };
    await expect(supply.supply(second.host, mixed, context)).rejects.toMatchObject({ code: "IMAGE_MISMATCH" });
  });

  it("is asked by an engine whether it still has what was pushed", async () => {
    credentials = ann(closed.name);
    const { image } = await pushTo(await built("asked"), pushOf(closed.name));
    const at = `${closed.name}/team/web-${suffix}`;
    expect(await operator.docker.digestInRegistry(`${at}@${image.pushed.digest}`, credentials)).toBe(image.pushed.digest);
    expect(await operator.docker.digestInRegistry(`${at}@sha256:${"0".repeat(64)}`, credentials)).toBeUndefined();
  });

  it("without TLS is used only where the program says so and the engine allows it", async () => {
    credentials = undefined;
    const image = await built("plain");
    // The operator's engine does not allow it.
    await expect(pushTo(image, pushOf(open.name, { insecure: true }))).rejects.toMatchObject({
      code: "REGISTRY_INSECURE",
      hint: expect.stringContaining(`"insecure-registries": ["${open.name}"]`),
    });
    const pushed = { ...pushOf(open.name), tag: "1" };
    const wanted = { service: "web", image: { ...image, pushed } };
    await expect(supply.supply(second.host, wanted, context)).rejects.toMatchObject({
      code: "REGISTRY_INSECURE",
      hint: expect.stringContaining("insecure: true"),
    });
    await supply.supply(second.host, { ...wanted, image: { ...image } }, context);
    const tag = `drayage/${image.name}:${image.contentHash.slice(0, 12)}`;
    const push = pushOf(open.name, { insecure: true });
    const digest = await pushImage({
      ...image,
      builder: second.host,
      id: tag,
      push,
      login,
      run: context,
      progress: () => undefined,
    });
    expect(digest).toMatch(/^sha256:/);
  });

  it("that mirrors another is asked by the engine itself: a ready reference goes through its mirror", async () => {
    const name = `drayage-test-${suffix}`;
    const image = await tinyImage({ tag: `${name}:1`, layers: [randomBytes(5_000)] });
    await second.host.docker.loadImage(image.archive);
    await second.host.docker.tagImage(image.id, `${open.name}/library/${name}`, "1");
    await second.host.docker.pushImage(`${open.name}/library/${name}:1`, undefined);
    for (const tag of [`${name}:1`, `${open.name}/library/${name}:1`]) await second.host.docker.removeImage(tag);
    expect(await second.host.docker.inspectImage(image.id)).toBeUndefined();
    const wanted: WantedImage = { service: "db", image: { kind: "reference", ref: `${name}:1`, pull: "missing" } };
    expect(await supply.supply(second.host, wanted, context)).toBe(image.id);
    expect(existsSync(join(open.folder, `data/docker/registry/v2/repositories/library/${name}`))).toBe(true);
  });
});
