/** Reads what really runs of some workloads, each on its host. Changes nothing. */
import { createHash } from "node:crypto";
import type { TreeEntry } from "../data/hash-session";
import { hostFacts } from "./host-facts";
import { type HostReading, readHost } from "./read-host";
import type { HostFacts, Receipt, WorkloadReceipt } from "./receipt";
import type { ReceiptRequest } from "./receipt-request";
import { workloadReceipt } from "./workload-receipt";

/** The helpers on the hosts stay until it is closed, so that differing data can be named. */
export interface OpenReceipt {
  readonly receipt: Receipt;
  /** What is in a directory (base64) of a volume that was read; undefined for one that was not. */
  below(workload: string, volume: string): ((directory: string) => Promise<readonly TreeEntry[]>) | undefined;
  close(): Promise<void>;
}

export async function takeReceipt(request: ReceiptRequest): Promise<OpenReceipt> {
  const { project, stack, subjects, clock } = request;
  const hosts = [...new Map(subjects.map(({ host }) => [host.name, host])).values()];
  const opened = await Promise.allSettled(
    hosts.map(async (host) => readHost({ host, subjects: subjects.filter((one) => one.host.name === host.name), clock })),
  );
  const readings = opened.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
  const close = async (): Promise<void> => void (await Promise.all(readings.map((reading) => reading.session.close())));
  try {
    const failed = opened.find((it) => it.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const perHost = await Promise.all(readings.map((reading) => receiptsOf(reading, request)));
    const workloads = Object.fromEntries(perHost.flatMap((it) => it.workloads));
    const receipt: Receipt = {
      schemaVersion: 1,
      kind: "receipt",
      takenAt: new Date(clock.now()).toISOString(),
      project,
      stack,
      secretsKey: nameOfKey(request.key),
      hosts: Object.fromEntries(perHost.map((it) => [it.host, it.facts])),
      workloads,
    };
    return { receipt, close, below: (workload, volume) => belowOf(readings, workloads[workload], volume) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function receiptsOf(
  reading: HostReading,
  request: ReceiptRequest,
): Promise<{ host: string; facts: HostFacts; workloads: [string, WorkloadReceipt][] }> {
  const facts = await hostFacts(reading.host, await reading.session.clockOffset());
  const workloads: [string, WorkloadReceipt][] = [];
  for (const subject of reading.subjects) workloads.push([subject.workload, await workloadReceipt(reading, subject, request)]);
  return { host: reading.host.name, facts, workloads };
}

function belowOf(
  readings: readonly HostReading[],
  workload: WorkloadReceipt | undefined,
  volume: string,
): ReturnType<OpenReceipt["below"]> {
  const found = workload?.volumes[volume];
  const reading = readings.find(({ host }) => host.name === workload?.host);
  if (found?.data.kind !== "bytes" || reading === undefined) return undefined;
  return (directory) => reading.session.below(found.dockerName, directory);
}

/** Tells keys apart without telling anything of them. */
function nameOfKey(key: Buffer): string {
  return createHash("sha256").update("drayage receipt key\n").update(key).digest("hex").slice(0, 16);
}
