import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../../sdk/spec/drayage-error";

const page = readFileSync(join(__dirname, "../../../docs/errors.md"), "utf8");
const rows = page.split("\n").flatMap((line) => {
  const [, code, exit, meaning, next] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  return code !== undefined && /^[A-Z_]{3,}$/.test(code) ? [{ code, exit: Number(exit), meaning, next }] : [];
});

describe("docs/errors.md", () => {
  it("lists each code once with the number dray exits with, and no other", () => {
    expect(rows.map((row) => row.code).sort()).toEqual(Object.keys(exitCodes).sort());
    expect(Object.fromEntries(rows.map((row) => [row.code, row.exit]))).toEqual({ ...exitCodes });
  });

  it("says for each what it means and what to do next", () => {
    expect(rows.filter((row) => !row.meaning || !row.next).map((row) => row.code)).toEqual([]);
  });
});
