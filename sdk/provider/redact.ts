/** Text that leaves the provider outside of properties (messages, progress) with secret values blotted out. */
export type Redact = (text: string) => string;

/** Values shorter than this are words of the language more often than secrets; blotting them out would only show where they are. */
const shortest = 4;

export function createRedact(values: Iterable<string>): Redact {
  const known = [...new Set(values)].filter((value) => value.length >= shortest);
  const forms = known.flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64(value)]);
  const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, value) => clean.replaceAll(value, "[secret]"), text);
}

const base64 = (value: string): string => Buffer.from(value).toString("base64").replace(/=+$/, "");
