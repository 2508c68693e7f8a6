/** Names in a volume are bytes. This is how they are shown: UTF-8 as it is, all else escaped; "." is the volume's root. */
export function printablePath(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length === 0) return ".";
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text.replaceAll(/[\p{Cc}\\]/gu, escapeCharacter);
  return bytes.toString("latin1").replaceAll(/[^\x20-\x7e]|\\/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === "\\") return "\\\\";
  if (character === "\n") return "\\n";
  return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`;
}
