import { DrayageError } from "../../../spec/drayage-error";

/** What the script reads from its stdin: one flat JSON object on one line. Contents of files go as base64. */
export function prepareRequest(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const odd = given.find(([, value]) => !/^[A-Za-z0-9 ./:_=+,@~-]*$/.test(value));
  if (odd !== undefined) throw new DrayageError("INTERNAL", `a request may not carry ${JSON.stringify(odd)}`);
  return `${JSON.stringify(Object.fromEntries(given))}\n`;
}

export const base64 = (text: string): string => Buffer.from(text).toString("base64");
