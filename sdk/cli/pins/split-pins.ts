import { noPins, type Pins } from "../../context/pins-file";

/** What is pinned under a name, and the rest: a workload, an image, `workload/service` for what its reference means, or a lost host. */
export function splitPins(pins: Pins, name: string): { readonly named: Pins; readonly rest: Pins } {
  const part = (wanted: boolean): Pins => {
    const kept = Object.entries(pins).map(([kind, byName]) => {
      const entries = Object.entries(byName as Readonly<Record<string, unknown>>);
      return [kind, Object.fromEntries(entries.filter(([key]) => (key === name) === wanted))] as const;
    });
    return { ...noPins, ...Object.fromEntries(kept) };
  };
  return { named: part(true), rest: part(false) };
}

export function pinnedNames({ workloads, images, references, lost }: Pins): string[] {
  return [workloads, images, references, lost].flatMap((byName) => Object.keys(byName));
}
