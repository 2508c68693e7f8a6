import { Command } from "commander";
import { DrayageError } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { latest } from "../fleet/act-on-service";
import type { Fleet } from "../fleet/fleet";
import { passThrough, wantsTty } from "../fleet/pass-through";
import { listServiceContainers, replicaName, type ServiceContainer, selectService } from "../fleet/service-containers";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import type { Terminal } from "../terminal/terminal";

interface ExecOptions extends StackOptions {
  readonly user?: string;
  readonly workdir?: string;
  readonly env: readonly string[];
  readonly tty: boolean;
}

export function execCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("exec"))
    .description("Run a command in a running service. Ends with the command's own exit code. Options come before the service.")
    .passThroughOptions()
    .argument("<service>", "api, api.2, shop/api")
    .argument("<command...>", "the command and its arguments; `--` before it is fine")
    .option("-u, --user <user>", "user in the container")
    .option("-w, --workdir <dir>", "working directory in the container")
    .option(
      "-e, --env <name=value>",
      "more environment; visible to whoever may look at the host's processes",
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option("--no-tty", "plain pipes also at a terminal")
    .action((service: string, words: string[], options: ExecOptions) =>
      withFleet(options, terminal, (fleet) => exec(fleet, service, withoutDashes(words), options, terminal)),
    );
  return withExamples(
    command,
    "dray exec api -- ls -l /run/secrets",
    "dray exec -u postgres db psql",
    "dray exec db -- pg_dump shop > shop.sql",
  );
}

/** The first `--` only separates; later ones are the command's. */
export function withoutDashes(words: readonly string[]): string[] {
  return words[0] === "--" ? words.slice(1) : [...words];
}

async function exec(
  fleet: Fleet,
  service: string,
  words: readonly string[],
  options: ExecOptions,
  terminal: Terminal,
): Promise<void> {
  const container = await runningContainer(fleet, service);
  const { docker } = await fleet.connect(container.host);
  const { user, workdir: workingDir, env } = options;
  const inside = { env, ...(user === undefined ? {} : { user }) };
  if (options.json) {
    const { exitCode, stdout, stderr } = await docker.exec(container.id, words, inside);
    printDocument(terminal, "exec", { container, exitCode, stdout: stdout.toString(), stderr: stderr.toString() });
    terminal.exitCode = exitCode;
    return;
  }
  const tty = options.tty && wantsTty(terminal);
  const started = await docker.execInteractive(container.id, words, {
    ...inside,
    tty,
    apart: true,
    ...(workingDir === undefined ? {} : { workingDir }),
  });
  await passThrough(
    { stdin: started.stream, stdout: started.stream, stderr: started.stderr, resize: started.resize },
    terminal,
    tty,
  );
  terminal.exitCode = await started.exitCode();
}

/** The first running replica of the service. */
async function runningContainer(fleet: Fleet, service: string): Promise<ServiceContainer> {
  const { containers, failed } = await listServiceContainers(fleet);
  if (containers.length === 0 && failed[0] !== undefined) throw failed[0];
  const all = selectService(latest(containers), service);
  const running = all.find((it) => it.state === "running");
  if (running !== undefined) return running;
  throw new DrayageError("NOT_FOUND", `No container of it runs; ${replicaName(all[0])} is ${all[0].state}.`, {
    subject: `${all[0].workload}/${all[0].service}`,
    hint: `dray logs ${service}`,
  });
}
