import { PassThrough, type Readable } from "node:stream";
import fc from "fast-check";
import { outputStreams } from "../../../../sdk/engine/docker/output-streams";

const frame = (kind: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};

const all = async (stream: Readable): Promise<Buffer> => Buffer.concat((await stream.toArray()) as Buffer[]);

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe("Docker's framing of output", () => {
  it("gives back both streams however the bytes were cut on their way", async () => {
    const frames = fc.array(fc.record({ kind: fc.constantFrom(1, 2), payload: fc.uint8Array({ maxLength: 50 }) }));
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(), { maxLength: 20 }), async (sent, cuts) => {
        const source = new PassThrough();
        const { stdout, stderr } = outputStreams(source);
        const collected = Promise.all([all(stdout), all(stderr)]);
        for (const piece of cut(Buffer.concat(sent.map(({ kind, payload }) => frame(kind, Buffer.from(payload)))), cuts))
          source.write(piece);
        source.end();
        const [out, err] = await collected;
        const wanted = (kind: number) => Buffer.concat(sent.filter((f) => f.kind === kind).map((f) => Buffer.from(f.payload)));
        expect(out.equals(wanted(1))).toBe(true);
        expect(err.equals(wanted(2))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps the order when merged", async () => {
    const source = new PassThrough();
    const { stdout } = outputStreams(source, { merge: true });
    source.end(Buffer.concat([frame(1, Buffer.from("a")), frame(2, Buffer.from("b")), frame(1, Buffer.from("c"))]));
    expect((await all(stdout)).toString()).toBe("abc");
  });

  it("fails on a stream that ends inside a frame", async () => {
    const source = new PassThrough();
    const { stdout } = outputStreams(source);
    source.end(frame(1, Buffer.from("hello")).subarray(0, 10));
    await expect(all(stdout)).rejects.toThrow("inside a frame");
  });

  it("fails on bytes that are no frames", async () => {
    const source = new PassThrough();
    const { stdout } = outputStreams(source);
    source.write("plain text, no frames");
    await expect(all(stdout)).rejects.toThrow("not framed");
  });

  it("passes the failure of the source on in the caller's words", async () => {
    const source = new PassThrough();
    const { stdout } = outputStreams(source, { failure: () => new Error("rack went away") });
    source.destroy(new Error("ECONNRESET"));
    await expect(all(stdout)).rejects.toThrow("rack went away");
  });

  it("pauses the source while nobody reads, and goes on when somebody does", async () => {
    const source = new PassThrough({ highWaterMark: 1024 });
    const { stdout } = outputStreams(source);
    const piece = frame(1, Buffer.alloc(64 * 1024, 1));
    const pieces = 64;
    const writing = (async () => {
      for (let i = 0; i < pieces; i++) if (!source.write(piece)) await new Promise((resolve) => source.once("drain", resolve));
      source.end();
    })();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(stdout.readableLength).toBeLessThan(512 * 1024);
    expect((await all(stdout)).length).toBe(pieces * 64 * 1024);
    await writing;
  });
});
