import { readFileSync } from "node:fs";
import { join } from "node:path";
import { foreignServiceWords } from "../../../sdk/spec/foreign-words";
import { serviceKeys } from "../../../sdk/spec/normalise-service";

const page = readFileSync(join(__dirname, "../../../docs/compose-words.md"), "utf8");

describe("docs/compose-words.md", () => {
  it("has a row for every key of a service", () => {
    const named = new Set(
      page.split("\n").flatMap((line) => [...(line.split("|")[2] ?? "").matchAll(/`([A-Za-z]+)`/g)].map(([, word]) => word)),
    );
    expect(serviceKeys.filter((key) => key !== "healthcheck" && !named.has(key))).toEqual([]);
  });

  it("promises no key that the spec would refuse", () => {
    expect(serviceKeys.filter((key) => Object.hasOwn(foreignServiceWords, key))).toEqual([]);
  });
});
