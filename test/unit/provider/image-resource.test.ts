import type { ImageDoor, ImageWish } from "../../../sdk/provider/engine-doors";
import { createImageHandler } from "../../../sdk/provider/image-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { clock, operation, said, secretsAt } from "./handler-harness";

const type = "drayage:index:Image";
const built: string[] = [];
const door: ImageDoor = {
  preview: async () => ({
    plan: { schemaVersion: 1, kind: "none", subject: "", operations: [], outages: [], notes: [] },
    identity: undefined,
  }),
  build: async (wish) => {
    const { contentHash } = wish;
    built.push(contentHash);
    wishes.push(wish);
    return { identity: `built.${contentHash}`, ...(wish.push && { digest }) };
  },
  isPushed: async () => stillPushed,
};
const wishes: ImageWish[] = [];
const digest = `sha256:${"d".repeat(64)}`;
let stillPushed: boolean | undefined;
const handler = createImageHandler({ door, secrets: secretsAt(), clock });
const folder: PlainRecord = { name: "api", context: "./api", stackUid: "uid", programDir: "/program", contentHash: "folder" };
const pin = { contentHash: "3f2a91c4d0e1aaaa", identity: "promoted.1", from: "staging", at: "2026-03-01T12:00:00.000Z" };
const pinned: PlainRecord = { ...folder, contentHash: pin.contentHash, pin, folderHash: "folder" };
const deployed = { name: "api", contentHash: "folder", identity: "built.folder" };

const check = async (news: PlainRecord) => handler.check({ ...operation("api", type), olds: {}, news });
const diff = async (oldInputs: PlainRecord, olds: PlainRecord, news: PlainRecord) =>
  handler.diff({ ...operation("api", type), id: "api-1", olds, oldInputs, news, ignoreChanges: [] });
const update = async (news: PlainRecord, preview: boolean) =>
  handler.update({
    ...operation("api", type),
    id: "api-1",
    olds: deployed,
    oldInputs: folder,
    news,
    ignoreChanges: [],
    preview,
  });

beforeEach(() => {
  built.splice(0);
  said.splice(0);
});

describe("an image that is pinned", () => {
  it("is not built: its identity is known in preview and is what an up puts out", async () => {
    const outputs = { name: "api", contentHash: pin.contentHash, identity: pin.identity };
    expect((await update(pinned, true)).outputs).toEqual(outputs);
    expect((await update(pinned, false)).outputs).toEqual(outputs);
    expect(built).toEqual([]);
  });

  it("changes with the pin's content and with its identity, and with nothing else", async () => {
    const now = { name: "api", contentHash: pin.contentHash, identity: pin.identity };
    expect(await diff(folder, deployed, pinned)).toMatchObject({ changed: true });
    expect(await diff(pinned, now, { ...pinned, folderHash: "other" })).toMatchObject({ changed: false });
    const newBits = { ...pinned, pin: { ...pin, identity: "promoted.2" } };
    expect(await diff(pinned, now, newBits)).toMatchObject({ changed: true, detailedDiff: { "pin.identity": "update" } });
    expect(await diff(pinned, now, folder)).toMatchObject({ changed: true });
  });

  it("is said to be so in each run, and where the folder has other content", async () => {
    await check(pinned);
    await check({ ...pinned, folderHash: pin.contentHash, pin: { ...pin, from: "dev" } });
    expect(said).toEqual([
      `image pinned to 3f2a91c4d0e1, promoted from staging at ${pin.at}; the program's folder has other content (dray unpin api)`,
      `image pinned to 3f2a91c4d0e1, kept as it ran here at ${pin.at} (dray unpin api)`,
    ]);
    await check(folder);
    expect(said).toHaveLength(2);
  });

  it("is not looked for on a builder when the state is refreshed", async () => {
    const read = await handler.read({ ...operation("api", type), id: "api-1", olds: deployed, oldInputs: pinned });
    expect(read?.inputs).toEqual(pinned);
  });
});

describe("an image that is pushed", () => {
  const push = { registry: "ghcr.io", repository: "team/api", credentials: { identityToken: { from: "file", path: "token" } } };
  const pushing: PlainRecord = { ...folder, push };
  const reference = `ghcr.io/team/api@${digest}`;
  const outputs = { name: "api", contentHash: "folder", identity: "built.folder", digest, reference };

  it("puts out digest and reference, unknown until it was pushed", async () => {
    expect((await update(pushing, true)).outputs).toMatchObject({ digest: UNKNOWN, reference: UNKNOWN });
    expect((await update(pushing, false)).outputs).toEqual(outputs);
  });

  it("hands on where its credentials are, from the program's folder, and no value", async () => {
    await update(pushing, false);
    expect(wishes.at(-1)?.push).toMatchObject({
      credentials: { kind: "token", identityToken: { from: "file", path: "/program/token" } },
    });
  });

  it("is pushed anew when it goes elsewhere, and not when its credentials are elsewhere", async () => {
    expect(await diff(pushing, outputs, { ...folder, push: { ...push, repository: "team/other" } })).toMatchObject({
      changed: true,
      detailedDiff: { "push.repository": "update" },
    });
    const otherPlace = { ...push, credentials: { identityToken: { from: "environment", name: "TOKEN" } }, fallback: "ship" };
    expect(await diff(pushing, outputs, { ...folder, push: otherPlace })).toMatchObject({ changed: false });
    expect(await diff(folder, deployed, pushing)).toMatchObject({ changed: true });
  });

  it("is not built anew when a builder has lost it and the registry has it, and pushed when the registry has lost it", async () => {
    const read = () => handler.read({ ...operation("api", type), id: "api-1", olds: outputs, oldInputs: pushing });
    stillPushed = true;
    expect((await read())?.inputs.contentHash).toBe("folder");
    stillPushed = false;
    expect((await read())?.inputs.contentHash).toBe("");
    stillPushed = undefined;
    expect((await read())?.inputs.contentHash).toBe("");
  });

  it("and pinned is pulled by its tag: another stack pushed it, and its identity decides", async () => {
    const { outputs: now } = await update({ ...pinned, push }, false);
    expect(now).toMatchObject({ identity: pin.identity, digest: "", reference: "ghcr.io/team/api:3f2a91c4d0e1" });
  });
});
