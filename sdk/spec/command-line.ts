/** A command as a list, or as one string that is split into words as Compose does: quotes and backslashes, no variables, no shell. */
import { leaf, listOf, type Reader, text } from "./read";
import { isUnknown } from "./unknown";

/** Words, or undefined when a quote or backslash is left open. */
export function splitCommandLine(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (quote === "" && /\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === quote) {
      quote = "";
    } else if (quote === "" && (c === "'" || c === '"')) {
      quote = c;
      word ??= "";
    } else if (c === "\\" && quote !== "'") {
      const next = line[++i];
      if (next === undefined) return undefined;
      // Within double quotes a backslash protects only these; before others it stays.
      word = (word ?? "") + (quote === "" || '"\\$`'.includes(next) ? next : `\\${next}`);
    } else {
      word = (word ?? "") + c;
    }
  }
  if (quote !== "") return undefined;
  return word === undefined ? words : [...words, word];
}

const splitText = leaf("a command with its quotes closed", (value) => splitCommandLine(String(value)));
const wordList = listOf(text, "a list of strings, or a string");

export const commandLine: Reader<readonly string[]> = (value, place) =>
  typeof value === "string" && !isUnknown(value) ? splitText(value, place) : wordList(value, place);
