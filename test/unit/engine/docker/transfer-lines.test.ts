import { Readable } from "node:stream";
import { splitReference } from "../../../../sdk/engine/docker/images";
import { readTransfer, readTransferLine } from "../../../../sdk/engine/docker/transfer-lines";

describe("the answer of pull, push and load", () => {
  it("is an error when one stands inside HTTP 200, and is read to its end first", async () => {
    const seen: string[] = [];
    const body = Readable.from([
      Buffer.from('{"status":"Pulling","id":"ab"}\r\n{"errorDetail":{"message":"no space left'),
      Buffer.from(' on device"},"error":"x"}\n{"status":"after"}\n'),
    ]);
    const read = readTransfer(
      body,
      (message) => new Error(message),
      (line) => seen.push(line.status),
    );
    await expect(read).rejects.toThrow("no space left on device");
    expect(seen).toEqual(["Pulling", "after"]);
  });

  it.each([
    ['{"error":"denied"}', { error: "denied" }],
    ['{"stream":"Error unpacking image web:1: disk"}', { error: "Error unpacking image web:1: disk" }],
    ['{"stream":"Loaded image: web:1\\n"}', { report: { status: "Loaded image: web:1" } }],
    [
      '{"status":"Downloading","id":"ab","progressDetail":{"current":3,"total":9}}',
      { report: { status: "Downloading", layer: "ab", current: 3, total: 9 } },
    ],
    ['{"aux":{"ID":"sha256:1"}}', {}],
    ['{"progressDetail":{},"aux":{"Tag":"1","Digest":"sha256:2","Size":3}}', { report: { status: "", digest: "sha256:2" } }],
    ["<html>", { error: "unreadable line from the engine: <html>" }],
  ])("reads %s", (line, wanted) => {
    expect(readTransferLine(line)).toEqual(wanted);
  });
});

describe("an image reference for the engine's API", () => {
  it.each([
    ["nginx", { repository: "nginx" }],
    ["nginx:1", { repository: "nginx", tag: "1" }],
    ["registry:5000/a/b", { repository: "registry:5000/a/b" }],
    ["registry:5000/a/b:2", { repository: "registry:5000/a/b", tag: "2" }],
    ["a/b:2@sha256:12", { repository: "a/b", tag: "sha256:12" }],
  ])("splits %s", (ref, wanted) => {
    expect(splitReference(ref)).toEqual(wanted);
  });
});
