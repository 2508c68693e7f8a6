import { Command } from "commander";
import type { Owner, WorkloadRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import { mintIdentity } from "../../spec/identity";
import { withExamples, withStackOptions, withYes } from "../common-options";
import { confirm } from "../confirm";
import { type AdoptionOptions, type AdoptionPlace, withAdoptionHosts } from "../fleet/adoption-hosts";
import type { FleetHost } from "../fleet/fleet";
import { stackOwner } from "../fleet/stack-owner";
import { withWorkloadLease } from "../fleet/workload-lease";
import { printDocument } from "../json-output";
import { humanAge } from "../render/human";
import type { Terminal } from "../terminal/terminal";

interface AdoptOptions extends AdoptionOptions {
  readonly yes?: boolean;
}

interface Found {
  readonly host: FleetHost;
  readonly record: WorkloadRecord;
}

export function adoptCommand(terminal: Terminal): Command {
  const command = withYes(withStackOptions(new Command("adopt")))
    .description(
      "Take over a workload that another stack owns: after its state was lost, or when a stack was copied. Nothing restarts; the next `dray up` of this stack goes on with it.",
    )
    .argument("<workload>", "its name in this program")
    .option(
      "--host <host>",
      "only on this host: its name in the program, or ssh://user@address:port (default: all that state or program know)",
    )
    .option("--host-key <key>", "of that address, SHA256:… or a public key (default: your known_hosts)")
    .option("--identity-file <path>", "private key for that address (default: ssh's configuration and agent)")
    .action((workload: string, options: AdoptOptions) =>
      withAdoptionHosts(options, terminal, (place) => adopt(place, workload, options, terminal)),
    );
  return withExamples(
    command,
    "dray adopt shop",
    "dray adopt shop --host rack --yes",
    "dray adopt shop --host ssh://deploy@10.0.0.11",
  );
}

async function adopt(place: AdoptionPlace, workload: string, options: AdoptOptions, terminal: Terminal): Promise<void> {
  const { chosen, state } = place;
  const known = state.workloads.find((it) => it.name === workload);
  const owner = stackOwner(chosen, known?.id ?? "");
  const identity = known?.identity ?? mintIdentity(owner.stackUid, "drayage:index:Workload", workload);
  const found = await recordsOn(place.hosts, identity);
  const foreign = found.filter(({ record }) => !sameStack(record.owner, owner));
  if (found.length === 0) throw nothingToAdopt(place, workload);
  if (foreign.length === 0) {
    if (options.json) return printDocument(terminal, "adopt", { workload, adopted: [] });
    return terminal.out(`${workload} belongs to this stack already.\n`);
  }
  for (const { host, record } of foreign) terminal.err(`${workload} on ${host.name}: ${ownerText(record)}\n`);
  await confirm(terminal, `Take it over for stack ${chosen.stack} of ${chosen.project.name}? The other stack is then refused.`, {
    yes: options.yes,
    what: "dray adopt",
  });
  for (const { host, record } of foreign) {
    // Another id than the old owner's would have the next Update find a stranger in its own record.
    const next = { ...owner, id: owner.id === "" ? record.owner.id : owner.id };
    await withWorkloadLease(host, { identity, workload, owner: next, adopt: true }, async () => undefined);
  }
  const adopted = foreign.map(({ host, record }) => ({
    host: host.name,
    from: { project: record.owner.project, stack: record.owner.stack },
  }));
  if (options.json) printDocument(terminal, "adopt", { workload, adopted });
  else terminal.out(`${workload} on ${adopted.map((it) => it.host).join(", ")} belongs to this stack now. Next: dray preview\n`);
}

async function recordsOn(hosts: readonly FleetHost[], identity: string): Promise<Found[]> {
  const records = await Promise.all(
    hosts.map(async (host) => ({ host, record: (await host.record.read()).workloads[identity] })),
  );
  return records.flatMap(({ host, record }) => (record === undefined ? [] : [{ host, record }]));
}

function sameStack(owner: Owner, ours: Owner): boolean {
  return owner.stackUid === ours.stackUid && owner.project === ours.project && owner.stack === ours.stack;
}

function ownerText({ owner, releases }: WorkloadRecord): string {
  const last = releases.at(-1)?.at;
  const age = last === undefined ? "" : `, last released ${humanAge(Date.parse(last), Date.now())} ago`;
  return `owned by stack ${owner.stack} of project ${owner.project}${age}`;
}

function nothingToAdopt({ hosts }: AdoptionPlace, workload: string): DrayageError {
  const names = hosts.map((it) => it.name).join(", ");
  return new DrayageError("NOT_FOUND", `${names || "No host"} has no workload ${workload} with the identity of this stack.`, {
    hint: "A workload made under another stack identity needs that `dray:stackUid` in the stack's configuration. Another host: --host ssh://user@address",
  });
}
