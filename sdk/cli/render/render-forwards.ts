import type { FleetForward } from "../fleet/list-forwards";
import { humanAge } from "./human";
import type { Paint } from "./paint";
import { type Column, renderTable } from "./table";

export function renderForwards(forwards: readonly FleetForward[], now: number, paint: Paint): string {
  const columns: Column<FleetForward>[] = [
    { title: "WORKLOAD", text: (it) => it.workload },
    { title: "CLIENTS DIAL", text: (it) => it.host },
    { title: "PORTS", text: (it) => it.ports.join(" ") },
    { title: "LEADS TO", text: (it) => `${it.to.host} (${it.to.address})` },
    { title: "STATE", text: (it) => it.state, paint: (it, padded) => (it.state === "running" ? paint.green : paint.red)(padded) },
    { title: "SINCE", text: (it) => humanAge(Date.parse(it.since), now), align: "right" },
    { title: "CONNECTIONS", text: countText, align: "right" },
    { title: "LAST USED", text: (it) => lastText(it, now), align: "right" },
  ];
  return [renderTable(columns, forwards, paint), ...forwards.flatMap(troubleOf)].join("\n");
}

function troubleOf({ workload, host, state, counted }: FleetForward): string[] {
  const of = `${workload} on ${host}`;
  if (state !== "running") return [`${of}: ${state}, and clients are refused: \`dray up\` brings it back`];
  if (counted?.lastError === undefined) return [];
  return [`${of}: ${counted.failed} failed, the last with: ${counted.lastError}`];
}

function countText({ counted }: FleetForward): string {
  if (counted === undefined) return "?";
  const { connections, active, failed } = counted;
  const more = [...(active > 0 ? [`${active} open`] : []), ...(failed > 0 ? [`${failed} failed`] : [])];
  return `${connections}${more.length > 0 ? ` (${more.join(", ")})` : ""}`;
}

/** Counted since the forwarder started last, as after a reboot. */
function lastText({ counted }: FleetForward, now: number): string {
  if (counted === undefined) return "?";
  if (counted.lastAt !== undefined) return `${humanAge(Date.parse(counted.lastAt), now)} ago`;
  return `not in ${humanAge(Date.parse(counted.since), now)}`;
}
