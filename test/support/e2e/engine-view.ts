/** What is really on an engine, told by its own `docker`, not by the code under test. */
import { execFile } from "node:child_process";
import type { ContainerInspect, DockerEngine } from "../../../sdk/engine/docker/docker-engine";
import { label } from "../../../sdk/engine/labels";
import { operatorSocket } from "./e2e-run";

export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly service: string;
  readonly kind: string;
}

/** Runs a command where the engine is and yields its standard output; a failure is an error with what was written. */
export type RunThere = (command: readonly string[]) => Promise<string>;

export class EngineView {
  constructor(
    readonly name: string,
    private readonly runThere: RunThere,
  ) {}

  /** Inside a lab host: needs neither ssh nor anything of drayage on the way. */
  static ofLabHost(name: string, docker: DockerEngine, containerId: string): EngineView {
    return new EngineView(name, async (command) => {
      const { exitCode, stdout, stderr } = await docker.exec(containerId, command);
      if (exitCode !== 0) throw new Error(`${command.join(" ")} on ${name} ended with ${exitCode}: ${stderr}${stdout}`);
      return stdout.toString();
    });
  }

  static ofOperator(): EngineView {
    return new EngineView("this machine", ([file = "", ...args]) => runHere(file, args));
  }

  run(...command: string[]): Promise<string> {
    return this.runThere(command);
  }

  async docker(...args: string[]): Promise<string> {
    return (await this.runThere(["docker", ...args])).trimEnd();
  }

  async inspect(id: string): Promise<ContainerInspect> {
    const [found] = JSON.parse(await this.docker("inspect", id)) as ContainerInspect[];
    if (found === undefined) throw new Error(`no ${id} on ${this.name}`);
    return found;
  }

  /** Containers of services, whatever they do; helpers are told by `leftovers`. */
  async containers(stackUid: string): Promise<SeenContainer[]> {
    return (await this.ours(stackUid)).filter(({ kind }) => kind === "container");
  }

  async running(stackUid: string): Promise<SeenContainer[]> {
    return (await this.containers(stackUid)).filter(({ state }) => state === "running");
  }

  /** What forwards for clients that still dial this host. */
  async forwarders(stackUid: string): Promise<SeenContainer[]> {
    return (await this.ours(stackUid)).filter(({ kind }) => kind === "forwarder");
  }

  volumes(stackUid: string): Promise<string[]> {
    return this.lines("volume", "ls", "--quiet", ...labelled(stackUid));
  }

  networks(stackUid: string): Promise<string[]> {
    return this.lines("network", "ls", "--quiet", ...labelled(stackUid));
  }

  /** Sessions of the record, probes, copiers: nothing of the kind outlives a run, killed or not. */
  async helpers(): Promise<string[]> {
    return this.lines("ps", "--quiet", "--filter", `label=${label.kind}=helper`);
  }

  /** What is in a volume's file, read by the engine's own root. */
  async fileIn(volume: string, path: string): Promise<string> {
    const mountPoint = await this.docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume);
    return this.runThere(["cat", `${mountPoint}/${path}`]);
  }

  /** Calls that changed something since, as `type action name`; reading files and running probes is no change. */
  async changesSince(from: number): Promise<string[]> {
    const window = ["--since", seconds(from), "--until", seconds(Date.now())];
    const lines = await this.lines("events", ...window, "--format", "{{json .}}");
    return lines
      .map((line) => JSON.parse(line) as DockerEvent)
      .filter(({ Action }) => !/^(archive-path|exec_|health_status|top)/.test(Action))
      .map(({ Type, Action, Actor }) => `${Type} ${Action} ${Actor.Attributes.name ?? Actor.ID}`);
  }

  async removeAll(stackUid: string): Promise<void> {
    const containers = (await this.ours(stackUid)).map(({ id }) => id);
    if (containers.length > 0) await this.docker("rm", "--force", ...containers);
    const [volumes, networks] = [await this.volumes(stackUid), await this.networks(stackUid)];
    if (volumes.length > 0) await this.docker("volume", "rm", ...volumes);
    if (networks.length > 0) await this.docker("network", "rm", ...networks);
  }

  private async ours(stackUid: string): Promise<SeenContainer[]> {
    const fields = [".ID", ".Names", ".State", `.Label "${label.service}"`, `.Label "${label.kind}"`];
    const format = fields.map((field) => `{{${field}}}`).join("\t");
    const lines = await this.lines("ps", "--all", "--no-trunc", ...labelled(stackUid), "--format", format);
    return lines.map((line) => {
      const [id = "", name = "", state = "", service = "", kind = ""] = line.split("\t");
      return { id, name, state, service, kind };
    });
  }

  private async lines(...args: string[]): Promise<string[]> {
    return (await this.docker(...args)).split("\n").filter((line) => line !== "");
  }
}

interface DockerEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: { readonly name?: string } };
}

const labelled = (stackUid: string): string[] => ["--filter", `label=${label.stackUid}=${stackUid}`];

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

function runHere(file: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const env = { ...process.env, DOCKER_HOST: `unix://${operatorSocket}` };
    execFile(file, args, { env, maxBuffer: 1 << 26 }, (error, stdout) => (error === null ? done(stdout) : fail(error)));
  });
}
