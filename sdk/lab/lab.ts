import type { DockerEngine } from "../engine/docker/docker-engine";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";
import { bringUp } from "./bring-up";
import { obtainBareImage, obtainLabImage } from "./lab-image";
import { labLabel } from "./lab-labels";
import { bootMachine, type LabMachine, removeMachine } from "./lab-machine";
import { knownHostsFile, sshArguments, waitForHost } from "./lab-ssh";
import { type LabHost, type LabState, labDirectory, readLabState, removeLabState } from "./lab-state";

export interface LabUse {
  /** The project's folder; the lab is kept in its `.drayage/labs/<name>`. */
  readonly root: string;
  readonly name: string;
  /** The engine whose containers the hosts are. */
  readonly docker: DockerEngine;
  readonly context: RunContext;
}

export interface LabUpOptions extends LabUse {
  readonly hosts: readonly string[];
  /** Hosts without an engine, for `prepare` to install one. Default none. */
  readonly bare?: readonly string[];
  /** Where the lab's subnet is taken from. Default 10.212.0.0/16. */
  readonly range?: string;
}

export interface LabHostStatus {
  readonly name: string;
  readonly address: string;
  readonly status: "running" | "stopped" | "missing";
  /**
   * Microseconds of the kernel's monotonic clock when the host's engine started (a bare host: its systemd); a reboot is proved by its
   * growth.
   */
  readonly engineStartedAt?: number;
}

export interface Reboot {
  readonly host: string;
  readonly engineStartedBefore: number;
  readonly engineStartedAfter: number;
  /** From the order to the engine's answer over ssh; on a bare host, to the login. */
  readonly seconds: number;
}

/**
 * Throw-away hosts on this machine: containers with systemd, sshd and an engine of their own.
 *
 *     const lab = await Lab.up({ root: process.cwd(), name: "default", hosts: ["rack", "cloud"], docker, context });
 *     lab.host("rack").address;
 *     await lab.down();
 */
export class Lab {
  private constructor(
    private readonly use: LabUse,
    readonly state: LabState,
  ) {}

  /** Brings up what is not up: hosts that are missing are made, stopped ones started, running ones left alone. */
  static async up(options: LabUpOptions): Promise<Lab> {
    return new Lab(options, await bringUp(options));
  }

  /** @throws DrayageError NOT_FOUND */
  static async open(use: LabUse): Promise<Lab> {
    const state = await readLabState(use.root, use.name);
    if (state !== undefined) return new Lab(use, state);
    throw new DrayageError("NOT_FOUND", `there is no lab \`${use.name}\` in this project`, {
      subject: use.name,
      hint: "Make it with `dray lab up --hosts rack,cloud`.",
    });
  }

  get directory(): string {
    return labDirectory(this.use.root, this.use.name);
  }

  get knownHosts(): string {
    return knownHostsFile(this.directory);
  }

  /** @throws DrayageError NOT_FOUND */
  host(name: string): LabHost {
    const host = this.state.hosts.find((candidate) => candidate.name === name);
    if (host !== undefined) return host;
    throw new DrayageError("NOT_FOUND", `lab \`${this.state.name}\` has no host \`${name}\``, {
      subject: name,
      hint: `It has ${this.state.hosts.map((known) => known.name).join(", ") || "none"}.`,
    });
  }

  /** Arguments for the system's `ssh`, the host's key pinned. */
  sshArguments(name: string): string[] {
    return sshArguments(this.host(name), this.knownHosts);
  }

  async status(): Promise<LabHostStatus[]> {
    return Promise.all(
      this.state.hosts.map(async ({ name, address, containerId }) => {
        const container = await this.use.docker.inspectContainer(containerId);
        if (container === undefined) return { name, address, status: "missing" };
        if (!container.State.Running) return { name, address, status: "stopped" };
        return { name, address, status: "running", engineStartedAt: await this.startOf(this.host(name)) };
      }),
    );
  }

  /** In order, as `systemctl reboot` does it; with `power`, as if the plug were pulled. */
  async reboot(name: string, options: { power?: boolean } = {}): Promise<Reboot> {
    const { docker, context } = this.use;
    const host = this.host(name);
    const began = context.clock.monotonic();
    const engineStartedBefore = await this.startOf(host);
    if (options.power) await docker.killContainer(host.containerId, "SIGKILL");
    else await docker.stopContainer(host.containerId, 60);
    await docker.waitContainer(host.containerId);
    await docker.startContainer(host.containerId);
    await waitForHost(host, this.knownHosts, context);
    const engineStartedAfter = await this.startOf(host);
    if (engineStartedAfter <= engineStartedBefore) {
      throw new DrayageError("INTERNAL", "the host was not started anew", { subject: name });
    }
    return { host: name, engineStartedBefore, engineStartedAfter, seconds: (context.clock.monotonic() - began) / 1000 };
  }

  /**
   * A host as a cloud makes it, made of nothing but its user data: begins to boot, and is nobody's to wait for. It is no host of the
   * lab's state, and goes by `unmake` or with the lab.
   */
  async boot(name: string, userData: string, options: { readonly bare?: boolean } = {}): Promise<LabMachine> {
    const { docker, context } = this.use;
    const labImage = await (options.bare ? obtainBareImage : obtainLabImage)(docker, context);
    return bootMachine({ docker, context, lab: this.state, name, userData, labImage });
  }

  /** The machine with its disk. Quiet when it is gone already. */
  unmake(name: string): Promise<void> {
    return removeMachine(this.use.docker, this.state, name);
  }

  /** Removes what `up` made, found by the lab's random id so that the leavings of a killed `up` go too. Nothing else. */
  async down(): Promise<void> {
    const { docker, root } = this.use;
    const ours = { label: [`${labLabel}=${this.state.id}`] };
    const containers = await docker.listContainers(ours);
    await Promise.all(containers.map((container) => docker.removeContainer(container.Id, { force: true })));
    const [volumes, networks] = await Promise.all([docker.listVolumes(ours), docker.listNetworks(ours)]);
    await Promise.all([
      ...volumes.map((volume) => docker.removeVolume(volume.Name)),
      ...networks.map((network) => docker.removeNetwork(network.Id)),
    ]);
    await removeLabState(root, this.state.name);
  }

  /** Of the engine; a bare host may have none, or none that starts, so there it is systemd's. */
  private async startOf({ containerId, bare }: LabHost): Promise<number> {
    const what = bare ? ["-p", "UserspaceTimestampMonotonic"] : ["docker.service", "-p", "ExecMainStartTimestampMonotonic"];
    const answer = await this.use.docker.exec(containerId, ["systemctl", "show", ...what, "--value"]);
    return Number(answer.stdout.toString().trim());
  }
}
