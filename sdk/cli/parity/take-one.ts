/** The receipt of one workload where it lives, without its data. */
import type { Receipt } from "../../engine/receipt/receipt";
import { takeReceipt } from "../../engine/receipt/take-receipt";
import type { Fleet } from "../fleet/fleet";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { receiptKey } from "./receipt-key";
import { receiptSubjects } from "./receipt-subjects";

export async function takeOne(fleet: Fleet, workload: string, terminal: Terminal): Promise<Receipt> {
  const { project, stack } = fleet.chosen;
  const subjects = await receiptSubjects(fleet, { workload });
  const key = receiptKey(project.dir, terminal.env);
  const open = await takeReceipt({ project: project.name, stack, subjects, key, data: false, clock: systemClock });
  await open.close();
  return open.receipt;
}
