/** Do two receipts say that the same runs? One pure function: every difference by its path, with what it means. */
import { diffFields } from "../workload/diff-fields";
import { compareHosts } from "./compare-hosts";
import { compareService } from "./compare-services";
import { compareVolumes } from "./compare-volumes";
import { allowed, type Comparison, difference, type Finding, isEqual, namesOf } from "./comparison";
import type { Receipt, WorkloadReceipt } from "./receipt";

export interface CompareOptions {
  /** What differs between the machines counts too. Default false. */
  readonly strict?: boolean;
}

export function compareReceipts(a: Receipt, b: Receipt, options: CompareOptions = {}): Comparison {
  const { pairs, alone } = pairWorkloads(a, b);
  const hosts = new Map(pairs.map(({ a: left, b: right }) => [`${hostOf(a, left)} ${hostOf(b, right)}`, [left, right] as const]));
  const findings = [
    ...[...hosts.values()].flatMap(([left, right]) => compareHosts(a.hosts[hostOf(a, left)], b.hosts[hostOf(b, right)])),
    ...alone,
    ...pairs.flatMap(({ a: left, b: right }) => {
      const [one, other] = [a.workloads[left], b.workloads[right]];
      if (one === undefined || other === undefined) return [];
      return compareWorkloads(one, other, a.secretsKey === b.secretsKey).map((finding) => ({ ...finding, workload: left }));
    }),
    ...(a.takenAt === b.takenAt ? [] : [allowed("takenAt", a.takenAt, b.takenAt)]),
  ];
  return { equal: isEqual(findings, options), pairs, findings };
}

/** By name; where each side has but one, these two whatever they are called. */
function pairWorkloads(a: Receipt, b: Receipt): { pairs: { a: string; b: string }[]; alone: Finding[] } {
  const [left, right] = [Object.keys(a.workloads).sort(), Object.keys(b.workloads).sort()];
  const [onlyLeft, onlyRight] = [left[0], right[0]];
  if (left.length === 1 && right.length === 1 && onlyLeft !== undefined && onlyRight !== undefined)
    return { pairs: [{ a: onlyLeft, b: onlyRight }], alone: [] };
  return {
    pairs: left.filter((name) => right.includes(name)).map((name) => ({ a: name, b: name })),
    alone: [
      ...left.filter((name) => !right.includes(name)).map((name) => difference(`workloads.${name}`, "runs", undefined)),
      ...right.filter((name) => !left.includes(name)).map((name) => difference(`workloads.${name}`, undefined, "runs")),
    ],
  };
}

function hostOf(receipt: Receipt, workload: string): string {
  return receipt.workloads[workload]?.host ?? "";
}

function compareWorkloads(a: WorkloadReceipt, b: WorkloadReceipt, sameKey: boolean): Finding[] {
  const names = namesOf(a.services, b.services);
  return [
    ...names.flatMap((name) => compareService(`services.${name}`, a.services[name], b.services[name], sameKey)),
    ...compareVolumes(a.volumes, b.volumes),
    ...diffFields(a.networks, b.networks, "networks").map(({ path, was, is }) => difference(path, was, is)),
    ...(a.identity === b.identity ? [] : [allowed("identity", a.identity, b.identity)]),
  ];
}
