import type { ImageDoor } from "../../../sdk/provider/engine-doors";
import { createImageHandler } from "../../../sdk/provider/image-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { clock, operation, said, secretsAt } from "./handler-harness";

const type = "drayage:index:Image";
const built: string[] = [];
const door: ImageDoor = {
  preview: async () => ({
    plan: { schemaVersion: 1, kind: "none", subject: "", operations: [], outages: [], notes: [] },
    identity: undefined,
  }),
  build: async ({ contentHash }) => {
    built.push(contentHash);
    return { identity: `built.${contentHash}` };
  },
};
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
