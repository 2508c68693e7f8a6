import { Command } from "commander";
import { DrayageError } from "../../spec/drayage-error";
import { mintIdentity } from "../../spec/identity";
import { type StackOptions, withExamples, withStackOptions, withYes } from "../common-options";
import { confirm, requireSomeone } from "../confirm";
import { bringIn } from "../export/bring-in";
import { type DataSource, withExport } from "../export/data-source";
import type { Fleet } from "../fleet/fleet";
import { stackOwner } from "../fleet/stack-owner";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { counted, humanBytes } from "../render/human";
import { deploy } from "../session/deploy";
import { withSession } from "../session/session";
import type { Terminal } from "../terminal/terminal";

interface ImportOptions extends StackOptions {
  readonly host?: string;
  readonly yes?: boolean;
}

export function importCommand(terminal: Terminal): Command {
  const command = withYes(withStackOptions(new Command("import")))
    .description(
      "Give a workload the data of an export, also of another stack: it goes into new volumes and is proved by its hash; then the services are started on it. The volumes it had stay, marked superseded. A workload that was never deployed finds the data at its first `dray up`.",
    )
    .argument("<workload>", "its name in the program")
    .argument("<export>", "the folder that `dray export` made, here or ssh://user@host/folder/NAME")
    .option("--host <host>", "for a workload that lives nowhere yet")
    .action((workload: string, place: string, options: ImportOptions) => run(workload, place, options, terminal));
  return withExamples(
    command,
    "dray import shop ./exports/shop-20260301T031700Z",
    "dray import shop ssh://backup@nas.example/srv/exports/shop-20260301T031700Z --stack staging",
  );
}

async function run(name: string, place: string, options: ImportOptions, terminal: Terminal): Promise<void> {
  if (!options.yes) requireSomeone(terminal, "dray import");
  const stop = new AbortController();
  const off = terminal.onInterrupt(() => stop.abort());
  let done: Imported;
  try {
    done = await withExport(place, terminal, stop.signal, (source) =>
      withFleet(options, terminal, (fleet) => take(fleet, name, source, options, stop.signal, terminal)),
    );
  } finally {
    off();
  }
  if (done.deployed) {
    const deployment = { ...options, yes: true, command: "import", target: [name] } as const;
    await withSession(options, terminal, (session) => deploy(session, deployment, terminal));
  }
  if (options.json) printDocument(terminal, "import", { workload: name, host: done.host, volumes: done.volumes, at: done.at });
  else
    terminal.out(
      `${name} on ${done.host} has the data of ${done.at}${done.deployed ? "" : "; its first `dray up` takes it up"}\n`,
    );
}

interface Imported {
  readonly host: string;
  readonly at: string;
  readonly volumes: Readonly<Record<string, string>>;
  readonly deployed: boolean;
}

async function take(
  fleet: Fleet,
  name: string,
  source: DataSource,
  options: ImportOptions,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<Imported> {
  const known = fleet.state.workloads.find((it) => it.name === name);
  const lives = known?.placements[0]?.name;
  const hostName = lives ?? options.host;
  if (hostName === undefined) {
    throw new DrayageError("USAGE", `${name} lives nowhere yet.`, { hint: "Say where it will: --host HOST." });
  }
  const target = await fleet.connect(hostName);
  const identity = known?.identity ?? mintIdentity(stackOwner(fleet.chosen, "").stackUid, "drayage:index:Workload", name);
  const bytes = Object.values(source.manifest?.volumes ?? {}).reduce((sum, it) => sum + it.bytes, 0);
  const what = `${counted(Object.keys(source.volumes).length, "volume")}, ${humanBytes(bytes)}, as of ${source.at}`;
  const stops =
    lives === undefined ? "" : " Its services that hold data are stopped for a moment; their volumes stay, marked superseded.";
  await confirm(terminal, `Give ${name} on ${hostName} the data of ${source.text} (${what})?${stops}`, {
    yes: options.yes,
    what: "dray import",
  });
  const request = { target, identity, workload: name, id: known?.id ?? "", source };
  const volumes = await bringIn(fleet, request, { json: options.json ?? false, signal }, terminal);
  return { host: hostName, at: source.at, volumes, deployed: lives !== undefined };
}
