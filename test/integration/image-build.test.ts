import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { type BuildOptions, buildImage, findBuilt } from "../../sdk/engine/image/build-image";
import { identityKey } from "../../sdk/engine/image/image-identity";
import { label } from "../../sdk/engine/labels";
import { silentReport } from "../../sdk/engine/report";
import { watchCommandLines } from "../support/e2e/watch-command-lines";
import { localHandle } from "../support/local-handle";

jest.setTimeout(120_000);

const suffix = randomBytes(4).toString("hex");
const base = "debian:bookworm-slim";
const clients = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "docker"))
  .filter((path) => existsSync(path));
const environment = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
const made = new Set<string>();
const said: string[] = [];
let builder: HostHandle;
let privateFolder: string;

beforeAll(async () => {
  builder = await localHandle("operator");
  privateFolder = mkdtempSync(join(tmpdir(), "drayage-build-"));
});
afterAll(async () => {
  for (const id of made) await builder.docker.removeImage(id);
  for (const id of await leftBehind()) await builder.docker.removeImage(id);
  rmSync(privateFolder, { recursive: true, force: true });
});

function optionsFor(dockerfile: string, more: Partial<BuildOptions> = {}): BuildOptions {
  const contentHash = randomBytes(32).toString("hex");
  const run = {
    report: { ...silentReport, say: (_severity: string, text: string) => void said.push(text) },
    signal: new AbortController().signal,
    clock: { now: Date.now, monotonic: () => performance.now(), sleep: async () => undefined },
  };
  return {
    builder,
    name: `test-${suffix}`,
    contentHash,
    openContext: async () => ({
      tar: contextOf({ Dockerfile: dockerfile, greeting: `hello ${suffix}` }),
      dockerfile: "Dockerfile",
    }),
    args: {},
    secrets: async () => ({}),
    tools: { clients, environment, privateFolder },
    run,
    ...more,
  };
}

/** What failed classic builds leave as their cache, known by the step that made it. */
async function leftBehind(): Promise<string[]> {
  const images = await builder.docker.listImages({ dangling: ["true"] });
  const steps = await Promise.all(images.map(async ({ Id }) => ({ Id, image: await builder.docker.inspectImage(Id) })));
  return steps.filter(({ image }) => JSON.stringify(image?.ContainerConfig ?? {}).includes(suffix)).map(({ Id }) => Id);
}

async function build(options: BuildOptions) {
  const built = await buildImage(options);
  made.add(built.tag);
  return built;
}

function contextOf(files: Record<string, string>): Readable {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  return Readable.from(tar);
}

const classic = {
  clients: [],
  environment,
  get privateFolder() {
    return privateFolder;
  },
};

describe.each([
  ["by BuildKit", undefined],
  ["by the classic builder", classic],
])("building an image %s", (_, tools) => {
  const more = (): Partial<BuildOptions> => (tools === undefined ? {} : { tools });

  it("yields what runs, named and labelled by its content hash", async () => {
    const options = optionsFor(`FROM ${base}\nARG WHO\nCOPY greeting /greeting\nRUN echo "$WHO" > /who\nENV RUN=${suffix}\n`, {
      args: { WHO: "a b; $(id)" },
      ...more(),
    });
    const built = await build(options);
    expect(built).toMatchObject({ built: true, tag: `drayage/test-${suffix}:${options.contentHash.slice(0, 12)}` });
    const image = await builder.docker.inspectImage(built.tag);
    expect(image?.Id).toBe(built.id);
    expect(image?.Config.Labels?.[label.contentHash]).toBe(options.contentHash);
    expect(built.identity).toEqual({ configDigest: image?.Id, diffIds: image?.RootFS.Layers, platform: "linux/amd64" });
  });

  it("does not build a known content hash again", async () => {
    const options = optionsFor(`FROM ${base}\nENV RUN=${suffix}\n`, more());
    const first = await build(options);
    const openContext = () => Promise.reject(new Error("the context was read"));
    expect(await build({ ...options, openContext })).toMatchObject({ built: false, id: first.id });
    const renamed = await build({ ...options, name: `renamed-${suffix}`, openContext });
    expect(renamed).toMatchObject({
      built: false,
      id: first.id,
      tag: `drayage/renamed-${suffix}:${options.contentHash.slice(0, 12)}`,
    });
  });

  it("ends with the failing step and its last lines", async () => {
    const options = optionsFor(
      `FROM ${base}\nRUN echo first-${suffix}\nRUN echo one-${suffix} && echo two >&2 && exit 7\nRUN echo never\n`,
      more(),
    );
    await expect(buildImage(options)).rejects.toMatchObject({
      code: "BUILD_FAILED",
      message: expect.stringMatching(new RegExp(`RUN echo one.*failed:[^]*one-${suffix}[^]*two[^]*7`)),
    });
    expect(await findBuilt(builder, options)).toBeUndefined();
  });

  it("explains a Dockerfile that cannot be read", async () => {
    await expect(buildImage(optionsFor(`FROM ${base}\nRUM echo\n`, more()))).rejects.toMatchObject({
      code: "BUILD_FAILED",
      message: expect.stringMatching(/unknown instruction: RUM/i),
    });
  });

  it("tells which step is running", async () => {
    const steps: string[] = [];
    await build(
      optionsFor(`FROM ${base}\nRUN echo telling-${suffix}-${tools === undefined}\n`, {
        progress: ({ text }) => void steps.push(text ?? ""),
        ...more(),
      }),
    );
    expect(steps.join("\n")).toMatch(/RUN echo telling/);
  });

  it("fails with the cause when the context cannot be read", async () => {
    const gone = () => new Readable({ read: () => undefined, construct: (done) => done(new Error("context is gone")) });
    const openContext = async () => ({ tar: gone(), dockerfile: "Dockerfile" });
    await expect(buildImage(optionsFor(`FROM ${base}\n`, { openContext, ...more() }))).rejects.toThrow(/context is gone/);
  });

  it("stops when it is cancelled", async () => {
    const stop = new AbortController();
    const options = optionsFor(`FROM ${base}\nRUN echo ${suffix} && sleep 30\n`, more());
    const building = buildImage({
      ...options,
      run: { ...options.run, signal: stop.signal },
      progress: ({ text }) => void (/sleep 30/.test(text ?? "") && stop.abort()),
    });
    await expect(building).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("says when known content came out as new bits", async () => {
    const options = optionsFor(`FROM ${base}\nRUN head -c 16 /dev/urandom > /random\n`, more());
    await build({ ...options, previous: `${"0".repeat(64)}.${"0".repeat(32)}` });
    expect(said.at(-1)).toMatch(/new bits/);
    said.length = 0;
    const again = await build(options);
    await build({ ...options, previous: identityKey(again.identity) });
    expect(said).toEqual([]);
  });
});

describe("build secrets", () => {
  const value = `s3cret-${randomBytes(8).toString("hex")}`;
  // Not from a cache: it has to last until it was looked at.
  const dockerfile = `FROM ${base}\nRUN : ${suffix}\nRUN --mount=type=secret,id=token test "$(cat /run/secrets/token)" = "${value.slice(0, 6)}$(cat /run/secrets/token | cut -c7-)" && wc -c < /run/secrets/token > /length && sleep 0.5 && echo "the token is $(cat /run/secrets/token)"\n`;

  it("reach the build and nothing that stays", async () => {
    const told: string[] = [];
    const watch = watchCommandLines();
    const built = await build(
      optionsFor(dockerfile, { secrets: async () => ({ token: value }), progress: ({ text }) => void told.push(text ?? "") }),
    );
    const seen = watch.stop();
    const saved = Buffer.concat((await (await builder.docker.saveImage(built.id)).toArray()) as Buffer[]);
    expect(saved.includes(value)).toBe(false);
    expect(JSON.stringify(await builder.docker.inspectImage(built.id))).not.toContain(value);
    // Not printed when it fails: they are those of the whole machine.
    expect(seen.some((line) => line.includes("--secret=id=token"))).toBe(true);
    expect([...seen, ...told].some((line) => line.includes(value))).toBe(false);
    expect(readdirSync(privateFolder)).toEqual([]);
  });

  it("do not show in the error of a step that prints them", async () => {
    const failing = `FROM ${base}\nRUN --mount=type=secret,id=token echo "it is $(cat /run/secrets/token)" && false\n`;
    const error = await buildImage(optionsFor(failing, { secrets: async () => ({ token: value }) })).catch(
      (caught: Error) => caught,
    );
    expect(String((error as Error).message)).toMatch(/it is \*\*\*/);
    expect(String((error as Error).message)).not.toContain(value);
    expect(readdirSync(privateFolder)).toEqual([]);
  });

  it("are refused where only the classic builder is there", async () => {
    const options = optionsFor(dockerfile, { secrets: async () => ({ token: value }), tools: classic });
    await expect(buildImage(options)).rejects.toMatchObject({ code: "NOT_SUPPORTED", hint: expect.stringMatching(/buildx/) });
  });
});
