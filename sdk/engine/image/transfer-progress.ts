/** One figure out of what an engine tells of each layer. */
import type { TransferProgress } from "../docker/docker-engine";
import type { Progress } from "../report";

/** `status`: the engine's word for bytes that travel, `Downloading` or `Pushing`. */
export function transferProgress(
  status: string,
  text: string,
  tell: (progress: Progress) => void,
): (line: TransferProgress) => void {
  const layers = new Map<string, { current: number; total: number }>();
  return ({ layer, status: now, current, total }) => {
    if (layer === undefined || now !== status || current === undefined || total === undefined) return;
    layers.set(layer, { current, total });
    const sums = [...layers.values()];
    tell({
      done: sums.reduce((sum, one) => sum + one.current, 0),
      total: sums.reduce((sum, one) => sum + one.total, 0),
      unit: "bytes",
      text,
    });
  };
}
