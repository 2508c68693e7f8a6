import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNamedFile, writeNamedFile } from "../../../sdk/cli/named-file";

describe("a file that was named on the command line", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "drayage-named-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (name: string) => () => readNamedFile(name, folder, "Make one.");

  it("is found from where the command was typed", () => {
    writeNamedFile("plan.json", folder, "{}");
    expect([readNamedFile("plan.json", folder, ""), readFileSync(join(folder, "plan.json"), "utf8")]).toEqual(["{}", "{}"]);
  });

  it("that is not there, or is a folder, is a mistake of whoever named it, not of drayage", () => {
    expect(read("gone.json")).toThrow(
      expect.objectContaining({ code: "NOT_FOUND", subject: "gone.json", message: "There is no such file.", hint: "Make one." }),
    );
    expect(read(".")).toThrow(expect.objectContaining({ code: "USAGE", message: "It cannot be read: it is a folder." }));
  });

  it("that cannot be written says why", () => {
    writeFileSync(join(folder, "file"), "");
    const write = (name: string) => () => writeNamedFile(name, folder, "x");
    expect(write("no/such/plan.json")).toThrow(
      expect.objectContaining({ code: "USAGE", message: "It cannot be written: its folder does not exist." }),
    );
    expect(write("file/plan.json")).toThrow("It cannot be written: its folder is a file.");
  });
});
