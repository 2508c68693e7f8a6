/** Hosts as a person reads them: one line each and what is kept there, or one block each with everything. Pure. */
import type { HostReport, LivingWorkload } from "../fleet/host-report";
import type { FleetVolume } from "../fleet/list-volumes";
import { clockText, dataText, loadText, memoryText, shade } from "./host-gauges";
import { humanAge, humanBytes } from "./human";
import type { Paint } from "./paint";
import { type Column, renderTable } from "./table";

export function renderHosts(hosts: readonly HostReport[], now: number, paint: Paint): string {
  const columns: Column<HostReport>[] = [
    { title: "HOST", text: (it) => it.name },
    { title: "ADDRESS", text: (it) => it.address },
    { title: "SYSTEM", text: systemText, paint: (it, padded) => (standing(it) === undefined ? padded : paint.red(padded)) },
    { title: "ARCH", text: (it) => it.measured?.arch ?? "-" },
    { title: "ENGINE", text: (it) => it.measured?.engineVersion ?? "-" },
    gauge("LOAD", loadText, paint),
    gauge("MEMORY", memoryText, paint),
    gauge("DATA", dataText, paint),
    gauge("CLOCK", clockText, paint),
    { title: "RUNS", text: runsText, paint: (it, padded) => (it.workloads.every(isWhole) ? padded : paint.red(padded)) },
  ];
  const tables = [renderTable(columns, hosts, paint), renderKept(hosts, now, paint)];
  return tables.filter((table) => table !== "").join("\n\n");
}

function renderKept(hosts: readonly HostReport[], now: number, paint: Paint): string {
  const columns: Column<FleetVolume>[] = [
    { title: "KEPT DATA", text: (it) => it.name },
    { title: "OF", text: (it) => `${it.workload}/${it.volume}` },
    { title: "HOST", text: (it) => it.host },
    { title: "STATE", text: stateText },
    { title: "SINCE", text: (it) => (it.since === undefined ? "-" : humanAge(Date.parse(it.since), now)), align: "right" },
    { title: "SIZE", text: (it) => (it.bytes === undefined ? "?" : humanBytes(it.bytes)), align: "right" },
  ];
  return renderTable(
    columns,
    hosts.flatMap((it) => it.data),
    paint,
  );
}

export function stateText({ state, protect, foreignOwner }: FleetVolume): string {
  const owner = foreignOwner === undefined ? "" : ` (stack ${foreignOwner.stack} of ${foreignOwner.project})`;
  return `${state}${protect ? ", protected" : ""}${owner}`;
}

/** What is wrong with it as a whole. */
export function standing({ measured, replaced, errors }: HostReport): string | undefined {
  if (measured === undefined) return `unreachable: ${errors[0]?.code ?? "no answer"}`;
  return replaced ? "another machine than before" : undefined;
}

const systemText = (it: HostReport): string => standing(it) ?? it.measured?.osName.replace(" GNU/Linux", "") ?? "-";

const isWhole = ({ running, containers }: LivingWorkload): boolean => running === containers;

function runsText({ workloads }: HostReport): string {
  const ours = workloads.filter((it) => it.foreignOwner === undefined);
  const others = workloads.length - ours.length;
  const texts = ours.map((it) => (isWhole(it) ? it.workload : `${it.workload} (${it.running} of ${it.containers})`));
  return [...texts, ...(others === 0 ? [] : [`+${others} of other stacks`])].join(", ") || "-";
}

function gauge(title: string, of: (it: HostReport) => ReturnType<typeof loadText>, paint: Paint): Column<HostReport> {
  return { title, text: (it) => of(it).text, paint: (it, padded) => shade(of(it), paint)(padded) };
}
