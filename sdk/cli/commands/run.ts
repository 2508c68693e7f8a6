import { randomBytes } from "node:crypto";
import { Command } from "commander";
import type { DockerEngine } from "../../engine/docker/docker-engine";
import { DrayageError } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { latest } from "../fleet/act-on-service";
import type { Fleet } from "../fleet/fleet";
import { furtherNetworks, oneOffBody } from "../fleet/one-off-container";
import { passThrough, wantsTty } from "../fleet/pass-through";
import { listServiceContainers, type ServiceContainer, selectService } from "../fleet/service-containers";
import { withFleet } from "../fleet/with-fleet";
import { refuseOpenMove } from "../fleet/workload-lease";
import { printDocument } from "../json-output";
import type { Terminal } from "../terminal/terminal";
import { withoutDashes } from "./exec";

interface RunOptions extends StackOptions {
  readonly user?: string;
  readonly env: readonly string[];
  readonly entrypoint?: string;
  readonly tty: boolean;
}

export function runCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("run"))
    .description(
      "Run a one-off container of a service: its image, environment, secrets, volumes and networks, none of its ports. It is removed at its end.",
    )
    .passThroughOptions()
    .argument("<service>", "api, shop/api")
    .argument("[command...]", "default: the service's own; `--` before it is fine")
    .option("-u, --user <user>", "user in the container")
    .option("-e, --env <name=value>", "more environment", (value: string, before: string[]) => [...before, value], [])
    .option("--entrypoint <program>", "instead of the image's")
    .option("--no-tty", "plain pipes also at a terminal")
    .action((service: string, words: string[], options: RunOptions) =>
      withFleet(options, terminal, (fleet) => run(fleet, service, withoutDashes(words), options, terminal)),
    );
  return withExamples(command, "dray run api -- rake db:migrate", "dray run db -- psql -h db -U shop");
}

async function run(
  fleet: Fleet,
  service: string,
  words: readonly string[],
  options: RunOptions,
  terminal: Terminal,
): Promise<void> {
  const { containers, failed } = await listServiceContainers(fleet);
  if (containers.length === 0 && failed[0] !== undefined) throw failed[0];
  const [like] = selectService(latest(containers), service);
  const { docker, record } = await fleet.connect(like.host);
  refuseOpenMove((await record.read()).workloads[like.identity], like.workload, like.host);
  const tty = options.tty && !options.json && wantsTty(terminal);
  const id = await create(docker, like, words, options, tty);
  try {
    const exit = options.json ? await collected(docker, id) : await attached(docker, id, tty, terminal);
    if (options.json) printDocument(terminal, "run", { service: `${like.workload}/${like.service}`, host: like.host, ...exit });
    terminal.exitCode = exit.exitCode;
  } finally {
    await docker.removeContainer(id, { force: true });
  }
}

async function create(
  docker: DockerEngine,
  like: ServiceContainer,
  words: readonly string[],
  options: RunOptions,
  tty: boolean,
): Promise<string> {
  const inspect = await docker.inspectContainer(like.id);
  if (inspect === undefined)
    throw new DrayageError("WORLD_MOVED", "It was replaced just now.", { subject: like.name, hint: "Try again." });
  const { user, entrypoint, env } = options;
  const body = oneOffBody(inspect, like, {
    command: words,
    env,
    tty,
    ...(user === undefined ? {} : { user }),
    ...(entrypoint === undefined ? {} : { entrypoint: [entrypoint] }),
  });
  const id = await docker.createContainer(
    `${like.workload}-${like.identity.slice(0, 6)}-${like.service}-run-${randomBytes(4).toString("hex")}`,
    body,
  );
  for (const network of furtherNetworks(inspect)) await docker.connectNetwork(network, id);
  return id;
}

async function attached(docker: DockerEngine, id: string, tty: boolean, terminal: Terminal): Promise<{ exitCode: number }> {
  const streams = await docker.attach(id, { stdin: true, tty });
  const code = await startAndWait(docker, id);
  // Without a terminal of its own the process does not see our Ctrl-C by itself.
  const off = terminal.onInterrupt((signal) => void docker.killContainer(id, signal).catch(() => undefined));
  try {
    await passThrough(streams, terminal, tty);
    return { exitCode: await code() };
  } finally {
    off();
  }
}

async function collected(docker: DockerEngine, id: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { stdin, stdout, stderr } = await docker.attach(id, { stdin: true });
  const code = await startAndWait(docker, id);
  stdin.end();
  const [out, err] = await Promise.all([stdout.toArray(), stderr.toArray()]);
  return { exitCode: await code(), stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

async function startAndWait(docker: DockerEngine, id: string): Promise<() => Promise<number>> {
  await docker.startContainer(id);
  const ended = docker.waitContainer(id);
  ended.catch(() => undefined);
  return () => ended;
}
