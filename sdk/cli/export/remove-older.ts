/** Keeps the newest exports of one workload in a place. What is no complete export, or another workload's, is not looked at. */
import type { ExportStore } from "../../engine/export/export-store";

export async function removeOlder(store: ExportStore, workload: string, keep: number): Promise<readonly string[]> {
  const old = olderExports(await store.list(), workload, keep);
  for (const name of old) await store.remove(name);
  return old;
}

/** Names end with the time, so that their order is that of time. Pure. */
export function olderExports(names: readonly string[], workload: string, keep: number): readonly string[] {
  const own = names.filter((name) => name.startsWith(`${workload}-`) && /^\d{8}T\d{6}Z$/.test(name.slice(workload.length + 1)));
  return [...own].sort().slice(0, Math.max(0, own.length - keep));
}
