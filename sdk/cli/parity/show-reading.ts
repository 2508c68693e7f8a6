/** Progress of reading data, in the view that deployments have too. */
import type { ReceiptRequest } from "../../engine/receipt/receipt-request";
import { shownOperation } from "../render/shown-operation";
import { systemClock } from "../system-clock";
import type { ProgressView } from "../terminal/progress-view";

/** What is read in less than a moment is not worth a line. */
const quietBytes = 50e6;

export function showReading(view: ProgressView): NonNullable<ReceiptRequest["progress"]> {
  const started = new Set<string>();
  return ({ host, workload }, what, progress) => {
    if ((progress.total ?? progress.done ?? 0) < quietBytes) return;
    const operation = shownOperation({ id: `read ${what}`, kind: "read data", subject: what, host: host.name });
    const event = { scope: workload, operation, at: systemClock.monotonic() };
    const key = `${host.name} ${workload} ${what}`;
    if (!started.has(key)) view.show({ kind: "started", ...event });
    started.add(key);
    view.show({ kind: "progress", ...event, progress });
  };
}
