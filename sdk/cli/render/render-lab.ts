import type { LabHostStatus, Reboot } from "../../lab/lab";
import type { LabState } from "../../lab/lab-state";
import type { Paint } from "./paint";
import { renderTable } from "./table";

export function renderLabUp(lab: LabState, seconds: number, stackFile: string | undefined, paint: Paint): string {
  const hosts = renderTable(
    [
      { title: "HOST", text: ({ name }) => name },
      { title: "ADDRESS", text: ({ user, address }) => `${user}@${address}` },
      { title: "HOST KEY", text: ({ hostKey }) => hostKey },
    ],
    lab.hosts,
    paint,
  );
  return `${paint.bold(`Lab ${lab.name}`)}: ${count(lab.hosts.length, "host")} ready in ${seconds.toFixed(1)} s\n\n${hosts}\n\n${nextStep(lab, stackFile)}\n`;
}

export function renderLabStatus(lab: LabState, hosts: readonly LabHostStatus[], paint: Paint): string {
  const table = renderTable(
    [
      { title: "HOST", text: ({ name }) => name },
      { title: "ADDRESS", text: ({ address }) => address },
      { title: "STATUS", text: ({ status }) => status, paint: ({ status }, cell) => painted(status, cell, paint) },
    ],
    hosts,
    paint,
  );
  return `${paint.bold(`Lab ${lab.name}`)}  ${lab.subnet}\n${table}\n`;
}

export function renderReboot({ host, seconds, engineStartedBefore, engineStartedAfter }: Reboot): string {
  const later = ((engineStartedAfter - engineStartedBefore) / 1e6).toFixed(1);
  return `${host} is back after ${seconds.toFixed(1)} s; its engine started ${later} s after the one before\n`;
}

function nextStep(lab: LabState, stackFile: string | undefined): string {
  const names = lab.hosts.map(({ name }) => name).join(", ");
  const written = JSON.stringify(lab.hosts.map(({ name }) => name)).replaceAll(",", ", ");
  return stackFile === undefined
    ? "Tell a stack where they are: dray lab up --config Pulumi.<stack>.yaml"
    : `Written to ${stackFile}: ${names}. Read there with environment({ hosts: ${written} }).`;
}

function painted(status: LabHostStatus["status"], cell: string, paint: Paint): string {
  return status === "running" ? paint.green(cell) : paint.yellow(cell);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
