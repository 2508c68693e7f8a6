import { Command } from "commander";
import type { Owner, WorkloadRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import { mintIdentity } from "../../spec/identity";
import { type StackOptions, withExamples, withStackOptions, withYes } from "../common-options";
import { confirm } from "../confirm";
import type { Fleet, FleetHost } from "../fleet/fleet";
import { stackOwner } from "../fleet/stack-owner";
import { withFleet } from "../fleet/with-fleet";
import { withWorkloadLease } from "../fleet/workload-lease";
import { printDocument } from "../json-output";
import { humanAge } from "../render/human";
import type { Terminal } from "../terminal/terminal";

interface AdoptOptions extends StackOptions {
  readonly host?: string;
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
    .option("--host <host>", "only on this host")
    .action((workload: string, options: AdoptOptions) =>
      withFleet(options, terminal, (fleet) => adopt(fleet, workload, options, terminal)),
    );
  return withExamples(command, "dray adopt shop", "dray adopt shop --host rack --yes");
}

async function adopt(fleet: Fleet, workload: string, options: AdoptOptions, terminal: Terminal): Promise<void> {
  const known = fleet.state.workloads.find((it) => it.name === workload);
  const owner = stackOwner(fleet.chosen, known?.id ?? "");
  const identity = known?.identity ?? mintIdentity(owner.stackUid, "drayage:index:Workload", workload);
  const found = await recordsOf(fleet, identity, options.host);
  const foreign = found.filter(({ record }) => !sameStack(record.owner, owner));
  if (found.length === 0) throw nothingToAdopt(fleet, workload);
  if (foreign.length === 0) {
    if (options.json) return printDocument(terminal, "adopt", { workload, adopted: [] });
    return terminal.out(`${workload} belongs to this stack already.\n`);
  }
  for (const { host, record } of foreign) terminal.err(`${workload} on ${host.name}: ${ownerText(record)}\n`);
  await confirm(
    terminal,
    `Take it over for stack ${fleet.chosen.stack} of ${fleet.chosen.project.name}? The other stack is then refused.`,
    { yes: options.yes, what: "dray adopt" },
  );
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

/** All hosts have to answer: half an adoption would leave two owners. */
async function recordsOf(fleet: Fleet, identity: string, only: string | undefined): Promise<Found[]> {
  const names = only === undefined ? fleet.hosts.map((it) => it.name) : [only];
  const hosts = await Promise.all(names.map((name) => fleet.connect(name)));
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

function nothingToAdopt(fleet: Fleet, workload: string): DrayageError {
  const hosts = fleet.hosts.map((it) => it.name).join(", ");
  return new DrayageError(
    "NOT_FOUND",
    `No host this stack knows (${hosts || "none"}) has a workload ${workload} with the identity of this stack.`,
    {
      hint: "The program's hosts become known by the first `dray up`. A workload made under another stack identity needs that `dray:stackUid` in the stack's configuration.",
    },
  );
}
