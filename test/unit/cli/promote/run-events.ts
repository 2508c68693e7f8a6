/** Events of a run that ships images. */
import type { RunEvent } from "../../../../sdk/cli/render/run-progress";

export const noEvents: readonly RunEvent[] = [];

export function shipped(image: string, host: string, bytes: readonly number[]): RunEvent[] {
  const operation = {
    id: `ship image ${image}`,
    kind: "ship image",
    subject: image,
    host,
    cause: `not on ${host}`,
    destructive: false,
    touchesData: false,
    dependsOn: [],
    detail: {},
  };
  return bytes.map((done) => ({ kind: "progress", scope: "shop", operation, progress: { done, unit: "bytes" }, at: 0 }));
}
