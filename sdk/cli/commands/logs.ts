import { Command, InvalidArgumentError } from "commander";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { Failures } from "../failures";
import type { Fleet } from "../fleet/fleet";
import { eachLine, inOrder, type LogLine, parseLogLine, parseSince } from "../fleet/merge-logs";
import { listServiceContainers, replicaName, type ServiceContainer, selectContainers } from "../fleet/service-containers";
import { withFleet } from "../fleet/with-fleet";
import { printLine } from "../json-output";
import type { Paint } from "../render/paint";
import { pad } from "../render/table";
import type { Terminal } from "../terminal/terminal";

interface LogsOptions extends StackOptions {
  readonly follow?: boolean;
  readonly tail: number;
  readonly since?: number;
  readonly timestamps?: boolean;
  readonly prefix: boolean;
}

export function logsCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("logs"))
    .argument("[service...]", "only these: api, api.2, shop/api, shop")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("-n, --tail <lines>", "lines from the end of each container's log", wholeNumber, 100)
    .option("--since <when>", "90s, 10m, 2h, 1d or an ISO time", since)
    .option("--timestamps", "show when each line was written")
    .option("--no-prefix", "lines without the service's name")
    .action((services: string[], options: LogsOptions) =>
      withFleet(options, terminal, (fleet) => logs(fleet, services, options, terminal)),
    );
  return withExamples(command, "dray logs", "dray logs -f api web", "dray logs db --since 10m --timestamps");
}

async function logs(fleet: Fleet, services: readonly string[], options: LogsOptions, terminal: Terminal): Promise<void> {
  const { containers, failed } = await listServiceContainers(fleet);
  const chosen = selectContainers(containers, services);
  const write = lineWriter(chosen, options, terminal);
  const stop = new AbortController();
  const off = terminal.onInterrupt(() => stop.abort());
  try {
    if (options.follow) await Promise.all(chosen.map((it) => read(fleet, it, options, stop.signal, write)));
    else {
      const lines: LogLine[] = [];
      await Promise.all(chosen.map((it) => read(fleet, it, options, stop.signal, (line) => lines.push(line))));
      for (const line of inOrder(lines)) write(line);
    }
  } finally {
    off();
  }
  if (failed.length > 0) throw new Failures(failed);
}

async function read(
  fleet: Fleet,
  it: ServiceContainer,
  options: LogsOptions,
  signal: AbortSignal,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const { docker } = await fleet.connect(it.host);
  const asked = {
    follow: options.follow ?? false,
    tail: options.tail,
    timestamps: true,
    ...(options.since === undefined ? {} : { since: options.since }),
  };
  const source = sourceName(it);
  try {
    const { stdout, stderr } = await docker.followLogs(it.id, asked, signal);
    const each = (stream: LogLine["stream"]) => (line: string) => onLine(parseLogLine(line, source, stream));
    await Promise.all([eachLine(stdout, each("stdout")), eachLine(stderr, each("stderr"))]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A workload on two hosts, as during a move, would otherwise mix two containers of one name. */
function sourceName(it: ServiceContainer): string {
  return `${it.workload}/${replicaName(it)}@${it.host}`;
}

function lineWriter(chosen: readonly ServiceContainer[], options: LogsOptions, terminal: Terminal): (line: LogLine) => void {
  const bySource = new Map(chosen.map((it) => [sourceName(it), it]));
  const labels = new Map(chosen.map((it) => [sourceName(it), shortLabel(it, chosen)]));
  const width = Math.max(0, ...[...labels.values()].map((it) => it.length));
  const colours = new Map([...labels.keys()].map((source, i) => [source, colourAt(i, terminal.paint)]));
  return (line) => {
    const it = bySource.get(line.source);
    if (options.json) {
      printLine(terminal, "logs", "line", {
        workload: it?.workload,
        service: it?.service,
        replica: it?.replica,
        host: it?.host,
        stream: line.stream,
        time: line.time,
        text: line.text,
      });
      return;
    }
    const label = labels.get(line.source) ?? line.source;
    const prefix = options.prefix ? `${(colours.get(line.source) ?? String)(pad(label, width))} ${terminal.paint.dim("|")} ` : "";
    terminal.out(`${prefix}${options.timestamps && line.time !== "" ? `${terminal.paint.dim(line.time)} ` : ""}${line.text}\n`);
  };
}

/** Only as long as needed to tell the chosen containers apart. */
function shortLabel(it: ServiceContainer, all: readonly ServiceContainer[]): string {
  const workloads = new Set(all.map((other) => other.workload));
  const twins = all.filter((other) => other.workload === it.workload && replicaName(other) === replicaName(it));
  const name = workloads.size > 1 ? `${it.workload}/${replicaName(it)}` : replicaName(it);
  return twins.length > 1 ? `${name}@${it.host}` : name;
}

function colourAt(index: number, paint: Paint): (text: string) => string {
  return [paint.cyan, paint.yellow, paint.green, paint.bold][index % 4] ?? paint.bold;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}

function since(text: string): number {
  const at = parseSince(text, Date.now());
  if (at === undefined) throw new InvalidArgumentError("Give 90s, 10m, 2h, 1d or an ISO time.");
  return at;
}
