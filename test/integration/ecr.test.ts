import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { createImageSupply } from "../../sdk/engine/image/create-image-supply";
import { createShipper, type Shipper } from "../../sdk/engine/image/create-shipper";
import { ecrCredentials } from "../../sdk/engine/image/ecr-credentials";
import { pushImage } from "../../sdk/engine/image/push-image";
import { createRegistryLogin, type IssuedCredentials } from "../../sdk/engine/image/registry-login";
import { silentReport } from "../../sdk/engine/report";
import type { PushSpec } from "../../sdk/spec/registry";
import { motoMissing, startMoto } from "../support/aws/moto/start-moto";
import { type BuiltImage, buildTinyImage } from "../support/built-image";
import { describeUnless } from "../support/describe-unless";
import { type DockerRegistry, makeCertificate, startDockerRegistry } from "../support/docker-registry";
import { type EcrApi, startEcrApi } from "../support/ecr-api";
import { startImmutableTags } from "../support/immutable-tags";
import { localHandle } from "../support/local-handle";
import { chooseLink, type SecondEngine, startSecondEngine } from "../support/second-engine";
import { describeWith } from "../support/test-tools";

jest.setTimeout(60_000);

const hour = 3_600_000;
const region = "eu-central-1";

/** ECR's registry speaks the same protocol as Debian's, which here lets in whoever has the token's password. */
describeWith("docker-registry")("a registry whose tokens come from ECR", () => {
  const suffix = randomBytes(4).toString("hex");
  const password = `first-${randomBytes(9).toString("hex")}`;
  const link = chooseLink();
  const made = new Set<string>();
  const kept = { ...process.env };
  const issued: (IssuedCredentials | undefined)[] = [];
  const context = {
    report: silentReport,
    signal: new AbortController().signal,
    clock: { now: Date.now, monotonic: () => performance.now(), sleep: async () => undefined },
    progress: () => undefined,
  };
  let now = 0;
  let folder: string;
  let trusted: string;
  let registry: DockerRegistry;
  let ecr: EcrApi;
  let operator: HostHandle;
  let second: SecondEngine;
  let shipper: Shipper;

  const none = { issue: async () => undefined };
  const issuer = ecrCredentials();
  const login = createRegistryLogin({
    clock: { now: () => now },
    operator: none,
    issuers: {
      login: none,
      token: none,
      ecr: {
        async issue(...asked) {
          const credentials = await issuer.issue(...asked);
          issued.push(credentials);
          return credentials;
        },
      },
    },
  });

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
    folder = mkdtempSync(join(tmpdir(), "drayage-ecr-test-"));
    const tls = makeCertificate(folder, link.here);
    operator = await localHandle("operator");
    second = await startSecondEngine("target", { link });
    ecr = await startEcrApi({ password, expiresAt: new Date(12 * hour) });
    registry = await startDockerRegistry({ address: link.here, tls, user: { name: "AWS", password } });
    trusted = join("/etc/docker/certs.d", registry.name);
    mkdirSync(trusted, { recursive: true });
    cpSync(tls.certificate, join(trusted, "ca.crt"));
    shipper = createShipper({ cacheFolder: join(folder, "layers") });
  });
  afterAll(async () => {
    process.env = kept;
    await shipper?.close();
    for (const id of made) await operator.docker.removeImage(id);
    await Promise.all([second?.stop(), registry?.remove(), ecr?.close()]);
    for (const path of [trusted, folder]) rmSync(path, { recursive: true, force: true });
  });

  const place = (more: Partial<PushSpec> = {}): PushSpec => ({
    registry: registry.name,
    repository: `team/web-${suffix}`,
    insecure: false,
    credentials: { kind: "ecr", region, endpoint: ecr.endpoint },
    ...more,
  });

  async function built(name: string): Promise<BuiltImage> {
    const image = await buildTinyImage(operator, `${name}-${suffix}`);
    made.add(image.tag).add(image.id);
    return image;
  }
  const push = (image: BuiltImage, to: PushSpec) =>
    pushImage({ ...image, builder: operator, push: to, login, run: context, progress: () => undefined });
  const pull = async (image: BuiltImage, digest: string, from: PushSpec) => {
    const sources = { sources: async () => [], connect: () => Promise.reject(new Error("no other builder")) };
    const supply = createImageSupply({ shipper, login, ...sources });
    const pushed = { ...from, tag: image.contentHash.slice(0, 12), digest };
    return supply.supply(second.host, { service: "web", image: { ...image, pushed } }, context);
  };

  it("takes a push and gives it to a host by digest, with one token for both", async () => {
    const image = await built("one");
    const digest = await push(image, place());
    now = 11 * hour;
    expect(await pull(image, digest, place())).toBe(image.id);
    expect(issued.map((one) => one?.credentials.username)).toEqual(["AWS"]);
  });

  it("gets a new token when the one that is kept is about to end, and when it is refused otherwise it says so", async () => {
    const image = await built("two");
    const digest = await push(image, place());
    registry.changePassword("second");
    ecr.answer = { password: "second", expiresAt: new Date(24 * hour) };
    await expect(pull(image, digest, place())).rejects.toMatchObject({
      code: "REGISTRY_AUTH",
      subject: expect.stringContaining(registry.name),
      hint: expect.stringContaining("docs/registries.md"),
    });
    now = 12 * hour - 600_000;
    expect(await pull(image, digest, place())).toBe(image.id);
    expect(issued).toHaveLength(2);
  });

  it("whose tags mean one image for ever takes the same image again, as a run pushes it that was killed, and no other", async () => {
    ecr.answer = { password: "second", expiresAt: new Date(0) };
    const open = await startDockerRegistry({ address: "127.0.0.1" });
    const tags = await startImmutableTags(open.name);
    try {
      const [image, other] = [await built("same"), await built("other")];
      const to = place({ registry: tags.name, insecure: true, tag: "1" });
      const digest = await push(image, to);
      expect(await push(image, to)).toBe(digest);
      await expect(push(other, to)).rejects.toMatchObject({
        code: "IMAGE_MISMATCH",
        hint: expect.stringContaining("another `tag`"),
      });
      expect(tags.refused).toEqual(["1", "1"]);
      const names = (await operator.docker.listImages()).flatMap(({ RepoTags, RepoDigests }) => [RepoTags, RepoDigests].flat());
      expect(names.filter((name) => name?.startsWith(tags.name))).toEqual([]);
    } finally {
      await tags.close();
      await open.remove();
    }
  });

  describeUnless(motoMissing)("as moto plays it", () => {
    it("has a token that ended long ago: it is fetched for each use", async () => {
      const moto = await startMoto();
      try {
        now = Date.now();
        const spec = { kind: "ecr", region, endpoint: moto.endpoint } as const;
        const before = issued.length;
        const [one] = [await login("a.example", spec), await login("a.example", spec)];
        expect(issued.slice(before).map((it) => it?.expiresAt)).toEqual([1, 2].map(() => Date.UTC(2015, 0, 1)));
        registry.changePassword(one?.password ?? "");
        const image = await built("moto");
        const from = place({ credentials: spec });
        expect(await pull(image, await push(image, from), from)).toBe(image.id);
      } finally {
        await moto.stop();
      }
    });
  });
});
