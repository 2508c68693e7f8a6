import type { RunEvent } from "../render/run-progress";

/** Bytes that travelled for an image in a run, over all hosts: 0 where each host had it. By the name operations call it: `api`, `postgres:16`. */
export function imageBytes(events: readonly RunEvent[], image: string): number {
  const last = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== "progress" || event.progress.unit !== "bytes" || event.progress.done === undefined) continue;
    const { kind, id, host } = event.operation;
    const carries = kind === "ship image" || kind === "pull image";
    if (carries && id.endsWith(` image ${image}`)) last.set(`${event.scope} ${host}`, event.progress.done);
  }
  return [...last.values()].reduce((sum, bytes) => sum + bytes, 0);
}
