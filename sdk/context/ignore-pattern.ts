/** One line of a .dockerignore, matched as github.com/moby/patternmatcher does: today's Docker CLI and BuildKit both use it. */
import { posix } from "node:path";

export interface IgnorePattern {
  /** A line that begins with "!": what it matches is sent again. */
  readonly exception: boolean;
  readonly text: string;
  matches(path: string): boolean;
}

/** Undefined for comments and empty lines. @throws SyntaxError for what no pattern can be */
export function parseIgnorePattern(line: string): IgnorePattern | undefined {
  if (line.startsWith("#")) return undefined;
  const trimmed = line.trim();
  const exception = trimmed.startsWith("!");
  const written = exception ? trimmed.slice(1).trim() : trimmed;
  if (written === "") {
    if (exception) throw new SyntaxError("'!' needs a pattern");
    return undefined;
  }
  const clean = posix.normalize(written).replace(/(.)\/$/, "$1");
  const text = clean.length > 1 && clean.startsWith("/") ? clean.slice(1) : clean;
  return { exception, text, matches: matcherOf(text) };
}

function matcherOf(pattern: string): (path: string) => boolean {
  const leading = /^\*\*\/?/.exec(pattern)?.[0];
  if (isPlain(pattern)) return (path) => path === pattern;
  if (leading !== undefined && isPlain(pattern.slice(leading.length))) {
    // `**/x` and `**x` compare the end of the path: that `**x` also finds `ax` is moby's behaviour.
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
  }
  if (pattern.endsWith("**") && isPlain(pattern.slice(0, -2))) return (path) => path.startsWith(pattern.slice(0, -2));
  const expression = new RegExp(`^${toExpression(pattern)}$`, "s");
  return (path) => expression.test(path);
}

function isPlain(pattern: string): boolean {
  return !/[*?[\]\\]/.test(pattern);
}

function toExpression(pattern: string): string {
  let expression = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    if (c === "*" && pattern[i + 1] === "*") {
      i += pattern[i + 2] === "/" ? 2 : 1;
      expression += i + 1 === pattern.length ? ".*" : "(.*/)?";
    } else if (c === "*") expression += "[^/]*";
    else if (c === "?") expression += "[^/]";
    else if (c === "\\" && i + 1 < pattern.length) expression += `\\${pattern.charAt(++i)}`;
    else expression += /[.+()|{}$]/.test(c) ? `\\${c}` : c;
  }
  return expression;
}
