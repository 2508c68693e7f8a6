import type { FleetVolume } from "../fleet/list-volumes";
import { humanAge, humanBytes } from "./human";
import type { Paint } from "./paint";
import { type Column, renderTable } from "./table";

export function renderVolumes(volumes: readonly FleetVolume[], now: number, paint: Paint): string {
  const columns: Column<FleetVolume>[] = [
    { title: "VOLUME", text: (it) => it.name },
    { title: "OF", text: (it) => `${it.workload}/${it.volume}` },
    { title: "HOST", text: (it) => it.host },
    { title: "STATE", text: stateText, paint: (it, padded) => stateColour(it, paint)(padded) },
    { title: "SINCE", text: (it) => (it.since === undefined ? "-" : humanAge(Date.parse(it.since), now)), align: "right" },
    { title: "SIZE", text: (it) => (it.bytes === undefined ? "?" : humanBytes(it.bytes)), align: "right" },
    { title: "FILES", text: (it) => (it.files === undefined ? "?" : String(it.files)), align: "right" },
    { title: "USED BY", text: (it) => it.usedBy.join(" ") || "-" },
  ];
  return renderTable(columns, volumes, paint);
}

function stateText(it: FleetVolume): string {
  const owner = it.foreignOwner === undefined ? "" : ` (stack ${it.foreignOwner.stack} of ${it.foreignOwner.project})`;
  return `${it.state}${it.protect ? ", protected" : ""}${owner}`;
}

function stateColour(it: FleetVolume, paint: Paint): (text: string) => string {
  if (it.foreignOwner !== undefined) return paint.yellow;
  return it.state === "current" ? paint.green : it.state === "incoming" ? paint.yellow : paint.dim;
}
