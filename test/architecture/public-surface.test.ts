import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readSources, type Source } from "../support/sdk-sources";

const root = resolve(__dirname, "../..");
const sources = readSources("sdk");
const byPath = new Map(sources.map((source) => [source.path, source]));

describe("the public door, sdk/index.ts", () => {
  it("is a hand-written list of names", () => {
    const lines = (byPath.get("sdk/index.ts")?.text ?? "").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").trim();
    expect(lines).not.toBe("");
    const statements = lines.split(";").map((statement) => statement.replace(/\s+/g, " ").trim());
    expect(
      statements.filter((statement) => statement !== "" && !/^export (type )?\{[^}*]*\} from "\.\/[^"]+"$/.test(statement)),
    ).toEqual([]);
  });

  it("leads to nothing that a program does not need: no engine, no provider, no Docker client", () => {
    const reached = reach("sdk/index.ts");
    expect(reached.filter((path) => /^sdk\/(engine|provider|cli|lab)\/|^(dockerode|@grpc\/|commander|zod)/.test(path))).toEqual(
      [],
    );
  });
});

describe("a file of the package", () => {
  it("has at most 250 lines", () => {
    const long = sources
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > 250);
    expect(long).toEqual([]);
  });

  it("has a name in kebab case that says what it holds", () => {
    const names = sources.map(({ path }) => path);
    expect(names.filter((path) => !/^[a-z0-9/-]+(\.d)?\.ts$/.test(path))).toEqual([]);
    expect(names.filter((path) => /(^|[/-])(utils?|helpers?|common|manager|misc)(\/|\.ts$)/.test(path))).toEqual([]);
  });
});

/** Everything that loading a file loads: paths of ours, names of packages. Types are erased and not followed. */
function reach(start: string): string[] {
  const reached = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const source = byPath.get(path);
    if (source !== undefined) open.push(...loadedBy(source));
  }
  return [...reached];
}

function loadedBy({ text, imports }: Source): string[] {
  return imports
    .filter(({ specifier }) => !isTypeOnly(text, specifier))
    .map(({ specifier, file }) => (file === undefined ? specifier : resolved(file)));
}

function isTypeOnly(text: string, specifier: string): boolean {
  const escaped = specifier.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const statements = text.match(new RegExp(`^(import|export)\\b[^;]*?["']${escaped}["']`, "gm")) ?? [];
  return statements.length > 0 && statements.every((statement) => /^(import|export) type\b/.test(statement));
}

function resolved(file: string): string {
  const candidates = [`${file}.ts`, `${file}/index.ts`, file];
  return candidates.find((candidate) => existsSync(join(root, candidate))) ?? file;
}
