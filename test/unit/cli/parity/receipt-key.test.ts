import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { receiptKey } from "../../../../sdk/cli/parity/receipt-key";

describe("the key of a receipt's secrets", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "drayage-key-"));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it("is made once per program, for its owner's eyes, where git does not look", () => {
    const key = receiptKey(dir, {});
    expect([key.length, receiptKey(dir, {})]).toEqual([32, key]);
    expect(statSync(join(dir, ".drayage/receipt-key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, ".drayage/.gitignore"), "utf8")).toBe("*\n");
  });

  it("is shared by who says so, and never one that can be guessed", () => {
    const shared = { DRAYAGE_RECEIPT_KEY: "0123456789abcdef" };
    expect(receiptKey(dir, shared)).toEqual(receiptKey("/elsewhere", shared));
    expect(receiptKey(dir, shared)).not.toEqual(receiptKey(dir, {}));
    expect(() => receiptKey(dir, { DRAYAGE_RECEIPT_KEY: "short" })).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
