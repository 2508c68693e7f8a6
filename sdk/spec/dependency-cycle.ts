/** Circles in a graph, each once, as a path that ends where it began: `a, b, a`. It begins with the first name in the alphabet. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, "open" | "done">();
  const cycles = new Map<string, string[]>();
  const visit = (name: string, path: readonly string[]): void => {
    if (state.get(name) === "done") return;
    if (state.get(name) === "open") {
      const cycle = fromFirstName(path.slice(path.indexOf(name)));
      cycles.set(cycle.join("\n"), cycle);
      return;
    }
    state.set(name, "open");
    for (const next of [...(edges.get(name) ?? [])].sort()) visit(next, [...path, name]);
    state.set(name, "done");
  };
  for (const name of [...edges.keys()].sort()) visit(name, []);
  return [...cycles.values()];
}

function fromFirstName(ring: readonly string[]): string[] {
  const first = ring.indexOf([...ring].sort()[0] ?? "");
  const turned = [...ring.slice(first), ...ring.slice(0, first)];
  return [...turned, turned[0] ?? ""];
}
