import type { HostStatus, WorkloadStatus } from "../fleet/workload-status";
import { humanAge } from "./human";
import type { Paint } from "./paint";

export function renderStatus(workloads: readonly WorkloadStatus[], now: number, paint: Paint): string {
  return workloads.map((it) => renderWorkload(it, now, paint)).join("\n\n");
}

function renderWorkload(it: WorkloadStatus, now: number, paint: Paint): string {
  const head = `${paint.bold(it.workload)} on ${it.placements.join(", ") || "no host yet"}  ${paint.dim(it.identity)}`;
  const hosts = it.hosts.flatMap((host) => hostLines(host, now, paint));
  return [head, ...(hosts.length === 0 ? [paint.dim("  no host has a record of it")] : hosts)].join("\n");
}

function hostLines(it: HostStatus, now: number, paint: Paint): string[] {
  const health =
    it.unhealthy.length === 0
      ? paint.green(`${it.running} of ${it.containers} running`)
      : paint.red(`${it.running} of ${it.containers} running (not: ${it.unhealthy.join(", ")})`);
  const volumes = Object.entries(it.volumes)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ");
  const here = it.state === "ceded" ? paint.dim(`ceded to ${it.cededTo ?? "?"}`) : it.state;
  const age = (iso: string) => humanAge(Date.parse(iso), now);
  return [
    `  ${paint.bold(it.host)}  ${here}${it.containers === 0 ? "" : `, ${health}`}${volumes === "" ? "" : `, volumes: ${volumes}`}`,
    ...(it.forward === undefined ? [] : [`    ${forwardText(it.forward, paint)}`]),
    ...(it.releasedAt === undefined || it.state === "ceded" ? [] : [`    released ${age(it.releasedAt)} ago`]),
    ...(it.move === undefined
      ? []
      : [
          `    ${paint.yellow("move open")} to ${it.move.to}, last step ${it.move.step} ${age(it.move.at)} ago: dray up finishes or undoes it`,
        ]),
    ...(it.lease === undefined
      ? []
      : [`    ${paint.yellow("being changed")} by ${it.lease.holder} (${it.lease.purpose}) since ${age(it.lease.since)}`]),
    paint.dim(`    owner: stack ${it.owner.stack} of ${it.owner.project}, epoch ${it.epoch}`),
  ];
}

function forwardText({ to, ports, running }: NonNullable<HostStatus["forward"]>, paint: Paint): string {
  const what = `forwards ${ports.join(", ")} to ${to}`;
  return running ? what : paint.red(`${what}: it does not run, dray up starts it`);
}
