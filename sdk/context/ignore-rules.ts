/** What of a context is not sent. The last line that matches a path, or one of the folders it lies in, decides. */
import { type IgnorePattern, parseIgnorePattern } from "./ignore-pattern";

export interface IgnoreRules {
  /** The verdict on a path, given its folder's; `root` is the verdict on the context itself. */
  judge(path: string, folder: Verdict): Verdict;
  /** Whether something inside an ignored folder may still be sent. */
  mayReturn(folder: string): boolean;
  readonly root: Verdict;
}

export interface Verdict {
  readonly ignored: boolean;
  /** Which patterns match the path or a folder above it. */
  readonly matched: readonly boolean[];
}

/**
 * `alwaysSent` are paths that no line can take away: the Dockerfile and the ignore file.
 * @throws SyntaxError naming the line
 */
export function parseIgnoreRules(content: string, alwaysSent: readonly string[] = []): IgnoreRules {
  const patterns = readLines(content);
  const root: Verdict = { ignored: false, matched: patterns.map(() => false) };
  const judge = (path: string, folder: Verdict): Verdict => {
    const matched = patterns.map((pattern, index) => folder.matched[index] === true || pattern.matches(path));
    const last = matched.lastIndexOf(true);
    return { ignored: last >= 0 && patterns[last]?.exception === false && !alwaysSent.includes(path), matched };
  };
  const mayReturn = (folder: string): boolean =>
    alwaysSent.some((path) => path.startsWith(`${folder}/`)) ||
    patterns.some(({ exception, text }) => exception && (startsWithWildcard(text) || `${text}/`.startsWith(`${folder}/`)));
  return { judge, mayReturn, root };
}

function readLines(content: string): IgnorePattern[] {
  const lines = content.replace(/^\uFEFF/, "").split(/\r?\n/);
  return lines.flatMap((line, index) => {
    try {
      return parseIgnorePattern(line) ?? [];
    } catch (error) {
      throw new SyntaxError(`line ${index + 1} is no pattern: ${line.trim()}`, { cause: error });
    }
  });
}

/** Such an exception can lead anywhere; BuildKit then looks into every ignored folder, as we do. */
function startsWithWildcard(text: string): boolean {
  return /[*?[\\]/.test(text.replace(/\/?\*+$/, ""));
}
