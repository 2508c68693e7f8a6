import dockerignore from "@balena/dockerignore";
import fc from "fast-check";
import { type IgnoreRules, parseIgnoreRules } from "../../../sdk/context/ignore-rules";

function ignores(rules: IgnoreRules, path: string): boolean {
  const steps = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
  return steps.reduce((verdict, step) => rules.judge(step, verdict), rules.root).ignored;
}

describe("the ignore rules", () => {
  it.each<[string, string, boolean]>([
    ["node_modules", "node_modules/a/b.js", true],
    ["node_modules", "src/node_modules/a.js", false],
    ["**/node_modules", "src/node_modules/a.js", true],
    ["**/node_modules", "node_modules", true],
    ["*.md", "README.md", true],
    ["*.md", "docs/README.md", false],
    ["*.md\n!README.md", "README.md", false],
    ["!README.md\n*.md", "README.md", true],
    ["docs\n!docs/keep", "docs/keep/a", false],
    ["docs\n!docs/keep", "docs/other", true],
    ["/build/", "build/x", true],
    ["./a/../b", "b", true],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["a/**", "a/b/c", true],
    ["a/**", "a", false],
    ["a/**/c", "a/c", true],
    ["a/**/c", "a/b/d/c", true],
    ["**", "anything/at/all", true],
    ["**/*.log", "a/b.log", true],
    ["# a comment", "# a comment", false],
    ["  padded  ", "padded", true],
    ["a.c", "abc", false],
    ["a+(b)", "a+(b)", true],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["constructor", "constructor", true],
    ["Case", "case", false],
    ["\uFEFFbom", "bom", true],
    ["crlf\r\nother", "crlf", true],
  ])("%j on %s: ignored is %s", (content, path, expected) => expect(ignores(parseIgnoreRules(content), path)).toBe(expected));

  it("never take away the Dockerfile and the ignore file", () => {
    const rules = parseIgnoreRules("*\ndocker", ["docker/Dockerfile", ".dockerignore"]);
    expect(["docker/Dockerfile", ".dockerignore", "docker/other"].map((path) => ignores(rules, path))).toEqual([
      false,
      false,
      true,
    ]);
    expect(rules.mayReturn("docker")).toBe(true);
  });

  it("are looked into where an exception may lead", () => {
    const rules = parseIgnoreRules("a\nb\n!a/x/y\n");
    expect(["a", "a/x", "a/z", "b"].map((folder) => rules.mayReturn(folder))).toEqual([true, true, false, false]);
    expect(parseIgnoreRules("*\n!**/*.go").mayReturn("any")).toBe(true);
  });

  it("name the line that is no pattern", () => {
    expect(() => parseIgnoreRules("ok\n[a")).toThrow("line 2 is no pattern: [a");
    expect(() => parseIgnoreRules("!")).toThrow("line 1");
  });

  it("agree with an independent implementation of Docker's older algorithm", () => {
    const name = fc.constantFrom("a", "b", "c", "ab", "x.md", "y.md");
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const piece = fc.constantFrom("a", "b", "c", "ab", "*", "?", "*.md", "a*", "[ab]", "**");
    // `**` in the middle of a word and behind a slash at the end are read differently by the two generations.
    const pattern = fc
      .tuple(fc.boolean(), fc.array(piece, { minLength: 1, maxLength: 3 }))
      .filter(([, parts]) => parts.at(-1) !== "**")
      .map(([exception, parts]) => `${exception ? "!" : ""}${parts.join("/")}`);
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, (patterns, at) => {
        const oracle = dockerignore({ ignorecase: false }).add(patterns);
        return ignores(parseIgnoreRules(patterns.join("\n")), at) === oracle.ignores(at);
      }),
      { numRuns: 2_000 },
    );
  });
});
