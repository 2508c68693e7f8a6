/** The machines under two workloads. Pure. */
import { canonicalJson } from "../workload/canonical-json";
import type { Finding } from "./comparison";
import type { HostFacts } from "./receipt";

/** Beyond it log lines, leases and cookies of the two no longer agree. */
const clockSkewTold = 5_000;
/** Beyond it certificates and tokens that one accepts are refused by the other. */
const clockSkewCounts = 60_000;

const kinds: Readonly<Record<Exclude<keyof HostFacts, "clockOffsetMs">, Finding["kind"]>> = {
  arch: "difference",
  os: "difference",
  engine: "environment",
  api: "environment",
  kernel: "environment",
  cgroup: "environment",
  storageDriver: "environment",
  imageStore: "environment",
  securityOptions: "environment",
  address: "allowed",
  machineId: "allowed",
  engineId: "allowed",
  cpus: "allowed",
  memoryBytes: "allowed",
};

export function compareHosts(a: HostFacts | undefined, b: HostFacts | undefined): Finding[] {
  if (a === undefined || b === undefined) return [];
  const facts = Object.entries(kinds).flatMap(([name, kind]): Finding[] => {
    const [one, other] = [a[name as keyof HostFacts], b[name as keyof HostFacts]];
    return canonicalJson([one]) === canonicalJson([other]) ? [] : [{ kind, path: `host.${name}`, a: one, b: other }];
  });
  return [...facts, ...compareClocks(a.clockOffsetMs, b.clockOffsetMs)];
}

function compareClocks(a: number | undefined, b: number | undefined): Finding[] {
  if (a === undefined || b === undefined) return [];
  const skew = Math.abs(a - b);
  const note = `the clocks are ${(skew / 1000).toFixed(1)} s apart`;
  const kind = skew > clockSkewCounts ? "difference" : skew > clockSkewTold ? "environment" : "allowed";
  return a === b ? [] : [{ kind, path: "host.clockOffsetMs", a, b, ...(kind === "allowed" ? {} : { note }) }];
}
