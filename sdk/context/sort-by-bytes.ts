/** By the UTF-8 bytes of the path: JavaScript's own order of UTF-16 units is another one, and locales differ between machines. */
export function sortByBytes<T extends { readonly path: string }>(entries: readonly T[]): T[] {
  const keyed = entries.map((entry) => ({ entry, key: Buffer.from(entry.path) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry);
}
