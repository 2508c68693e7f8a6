import { status } from "@grpc/grpc-js";
import { CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { ResourceHandler } from "../../../sdk/provider/resource-handler";
import { startProvider } from "../../../sdk/provider/serve";
import type { RunningProvider } from "../../../sdk/provider/serve-options";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { echoHandler } from "../../support/echo-handler";
import { connectProvider, initFailure, secret, urnOf } from "../../support/provider-client";

let provider: RunningProvider;
const clients: ReturnType<typeof connectProvider>[] = [];

async function serve(handler: Partial<ResourceHandler> = {}) {
  provider = await startProvider({ handlers: { "drayage:index:Echo": { ...echoHandler, ...handler } }, version: "1.2.3" });
  return connect();
}

function connect() {
  const client = connectProvider(provider.port);
  clients.push(client);
  return client;
}

/** An operation that runs until it is aborted; `began` tells how many do. */
function endless() {
  const signals: AbortSignal[] = [];
  let tell: (() => void) | undefined;
  const run = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signals.push(signal);
      tell?.();
      signal.addEventListener("abort", () => reject(new Error("the connection broke")));
    });
  const begun = async (count: number) => {
    while (signals.length < count) await new Promise<void>((resolve) => (tell = resolve));
  };
  return { run, begun, signals };
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await provider.stop();
});

describe("the provider's handshake", () => {
  it("wants secrets and previews, takes no outputs and needs no configuration", async () => {
    const client = await serve();
    expect((await client.handshake()).toObject()).toMatchObject({
      acceptSecrets: true,
      acceptResources: true,
      acceptOutputs: false,
    });
    expect((await client.configure()).toObject()).toMatchObject({
      acceptsecrets: true,
      supportspreview: true,
      acceptoutputs: false,
    });
  });

  it("tells its version and a schema that names its types", async () => {
    const client = await serve();
    expect((await client.getPluginInfo()).getVersion()).toBe("1.2.3");
    expect(JSON.parse((await client.getSchema()).getSchema())).toMatchObject({ resources: { "drayage:index:Echo": {} } });
  });

  it("refuses a type it does not know by name", async () => {
    const client = await serve();
    await expect(client.create(urnOf("a", "drayage:index:Nothing"), {})).rejects.toThrow(/NOT_SUPPORTED.*drayage:index:Nothing/);
  });
});

describe("values on the wire", () => {
  it("keep nested secrets and unknowns through Check", async () => {
    const client = await serve();
    const news = { a: { "x.y": secret("s3cret"), list: [1, secret(UNKNOWN)] }, b: UNKNOWN, c: null };
    expect((await client.check(urnOf("a"), news)).inputs).toEqual(news);
  });

  it("reach the handler unwrapped, with the paths of the secrets beside them", async () => {
    let seen: unknown;
    const client = await serve({
      check: ({ news, secretPaths }) => {
        seen = { news, secretPaths };
        return { inputs: news, problems: [] };
      },
    });
    await client.check(urnOf("a"), { a: { "x.y": secret("s3cret") }, whole: secret({ deep: [secret("d")] }) });
    expect(seen).toEqual({
      news: { a: { "x.y": "s3cret" }, whole: { deep: ["d"] } },
      secretPaths: [["a", "x.y"], ["whole"]],
    });
  });

  it("are secret again in outputs at the paths of secret inputs and where the handler says so", async () => {
    const client = await serve({
      create: async ({ news }) => ({ id: "id", outputs: { ...news, key: "minted", open: 1 }, secretOutputs: [["key"]] }),
    });
    const { properties } = await client.create(urnOf("a"), { deep: { password: secret("pw") } });
    expect(properties).toEqual({ deep: { password: secret("pw") }, key: secret("minted"), open: 1 });
  });

  it("are secret again after a Read that knows nothing of secrets", async () => {
    const client = await serve();
    const outputs = { key: secret("k"), env: { PW: secret("pw") } };
    const inputs = { env: { PW: secret("pw") } };
    expect(await client.read(urnOf("a"), "id", outputs, inputs)).toEqual({ id: "id", properties: outputs, inputs });
  });

  it("leave unknown outputs of a preview out at the top and spell them out inside", async () => {
    const client = await serve({ create: async () => ({ outputs: { gone: UNKNOWN, deep: { still: UNKNOWN }, sure: 1 } }) });
    expect(await client.create(urnOf("a"), {}, { preview: true })).toEqual({
      id: "",
      properties: { deep: { still: UNKNOWN }, sure: 1 },
      refresh: true,
    });
  });
});

describe("Check and Diff", () => {
  it("names no property in a failure, so that the engine prints no value", async () => {
    const client = await serve({
      check: ({ news }) => ({ inputs: news, problems: [{ path: 'secrets["a.b"]', reason: "expected text" }] }),
    });
    const { failures } = await client.check(urnOf("a"), { secrets: { "a.b": secret("pw") } });
    expect(failures).toEqual([{ property: "", reason: 'secrets["a.b"]: expected text' }]);
  });

  it("gives paths, kinds and top-level names of what changed", async () => {
    const client = await serve({
      diff: () => ({ changed: true, detailedDiff: { "host.address": "update", 'a["b.c"]': "add", id: "update-replace" } }),
    });
    expect(await client.diff(urnOf("a"), { news: {} })).toMatchObject({
      changes: 2,
      hasdetaileddiff: true,
      diffsList: ["host", "a", "id"],
      replacesList: ["id"],
      detailed: { "host.address": 4, 'a["b.c"]': 0, id: 5 },
    });
  });

  it("says none, never unknown, when nothing changed", async () => {
    const client = await serve();
    expect((await client.diff(urnOf("a"), { oldInputs: { a: [1] }, news: { a: [1] } })).changes).toBe(1);
  });
});

describe("failures", () => {
  it("carry code, subject and hint, and no secret in any form", async () => {
    const client = await serve({
      create: async () => {
        throw new DrayageError("PORT_TAKEN", "pw is hunter22 and aHVudGVyMjI", { subject: "shop/api on rack", hint: "free it" });
      },
    });
    const failure = await client.create(urnOf("a"), { pw: secret("hunter22") }).catch((error: Error) => error);
    expect(failure).toMatchObject({
      code: status.UNKNOWN,
      details: "PORT_TAKEN: shop/api on rack: pw is [secret] and [secret]\nfree it",
    });
  });

  it("half-way through a Create keep id and properties, secrets still wrapped", async () => {
    const client = await serve({
      create: async ({ news }) => ({ id: "shop-1", outputs: news, error: new DrayageError("GATE_FAILED", "not healthy") }),
    });
    const failure = await client.create(urnOf("a"), { pw: secret("hunter22") }).catch((error: unknown) => error);
    expect(initFailure(failure)).toEqual({
      id: "shop-1",
      reasons: ["GATE_FAILED: not healthy"],
      properties: { pw: secret("hunter22") },
    });
  });

  it("half-way through an Update keep the id the engine gave", async () => {
    const client = await serve({ update: async () => ({ outputs: { now: 1 }, error: new Error("half") }) });
    const failure = await client.update(urnOf("a"), "shop-9", { news: {} }).catch((error: unknown) => error);
    expect(initFailure(failure)).toEqual({ id: "shop-9", reasons: ["half"], properties: { now: 1 } });
  });

  it("are told to the observer as they were thrown", async () => {
    const failures: [string, unknown][] = [];
    const thrown = new DrayageError("DISK_FULL", "full");
    provider = await startProvider({
      version: "0",
      handlers: { "drayage:index:Echo": { ...echoHandler, create: () => Promise.reject(thrown) } },
      observer: { report: () => undefined, failed: (urn, error) => failures.push([urn, error]) },
    });
    await connect()
      .create(urnOf("a"), {})
      .catch(() => undefined);
    expect(failures).toEqual([[urnOf("a"), thrown]]);
  });
});

describe("Cancel", () => {
  it("aborts what its peer has in flight, with CANCELLED, and leaves other peers alone", async () => {
    const work = endless();
    const one = await serve({ create: ({ signal }) => work.run(signal) });
    const other = connect();
    const cancelled = one.create(urnOf("a"), {}).catch((error: unknown) => error);
    void other.create(urnOf("b"), {}).catch(() => undefined);
    await work.begun(2);
    await one.cancel();
    expect(await cancelled).toMatchObject({ code: status.CANCELLED, details: "CANCELLED: cancelled" });
    expect(work.signals.map((signal) => signal.aborted).sort()).toEqual([false, true]);
    await other.cancel();
  });

  it("poisons nothing: the same peer can go on afterwards, and a second Cancel is fine", async () => {
    const client = await serve();
    await client.cancel();
    await client.cancel();
    expect((await client.create(urnOf("a"), { x: 1 })).properties).toEqual({ x: 1 });
  });

  it("does not touch an operation that does not let itself be interrupted", async () => {
    let finish: (() => void) | undefined;
    const client = await serve({
      create: () => new Promise((resolve) => (finish = () => resolve({ id: "id", outputs: { done: true } }))),
    });
    const created = client.create(urnOf("a"), {});
    while (finish === undefined) await new Promise((resolve) => setImmediate(resolve));
    await client.cancel();
    finish();
    expect((await created).properties).toEqual({ done: true });
  });

  it("comes also from customTimeouts, with the subject in the message", async () => {
    const work = endless();
    const client = await serve({ create: ({ signal }) => work.run(signal) });
    await expect(client.create(urnOf("shop"), {}, { timeout: 0.05 })).rejects.toThrow(/TIMED_OUT: shop: .*0\.05 s/);
  });

  it("comes also when the engine goes away", async () => {
    const work = endless();
    const client = await serve({ create: ({ signal }) => work.run(signal) });
    const call = client.client.create(new CreateRequest().setUrn(urnOf("a")), () => undefined);
    await work.begun(1);
    const aborted = new Promise<void>((resolve) => work.signals[0]?.addEventListener("abort", () => resolve()));
    call.cancel();
    await aborted;
    expect(work.signals[0]?.reason).toMatchObject({ code: "CANCELLED" });
  });
});
