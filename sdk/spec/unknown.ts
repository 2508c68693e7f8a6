/** Pulumi's sentinel for a value that a preview cannot know yet. Every leaf of an input may be this string instead. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}
