/** Makes the lab what the cloud says: one step at a time, in an order in which data is never lost between two looks. */
import type { DockerEngine } from "../../../sdk/engine/docker/docker-engine";
import type { Lab } from "../../../sdk/lab/lab";
import type { LabMachine } from "../../../sdk/lab/lab-machine";
import type { CloudInstance, CloudWorld } from "./cloud-world";
import type { EbsStore } from "./ebs-store";
import { ElasticForwarder } from "./elastic-forwarder";
import { showDisks } from "./machine-disks";

export interface MachinesSeen {
  /** Every machine that was ever booted, in order. */
  readonly booted: readonly string[];
  /** Instances whose machine runs. */
  readonly running: readonly string[];
  /** Volumes and snapshots that have been given a disk. */
  readonly disks: readonly string[];
  /** `127.4.5.6:22`. */
  readonly listening: readonly string[];
  /** Elastic IPs of instances that nobody gets through to now, and why. */
  readonly unreachable: readonly string[];
  /** What could not be done, or what no operator should have asked for; each once. */
  readonly problems: readonly string[];
}

export interface ParkOptions {
  readonly lab: Pick<Lab, "boot" | "unmake">;
  readonly docker: DockerEngine;
  readonly store: EbsStore;
  readonly userData: (instanceId: string) => Promise<string>;
}

interface Machine extends LabMachine {
  running: boolean;
  /** Volumes that it sees, as `vol-1=7`. */
  disks: string;
}

export class MachinePark {
  readonly forwarder = new ElasticForwarder();
  private readonly machines = new Map<string, Machine>();
  private readonly booted: string[] = [];
  private readonly seen = new Set<string>();
  private readonly problems = new Set<string>();
  private unreachable: readonly string[] = [];

  constructor(private readonly options: ParkOptions) {}

  /** Snapshots before anything goes; disks before their machine starts; addresses last. */
  async follow(world: CloudWorld): Promise<void> {
    await this.tried("snapshots", () => this.keepSnapshots(world));
    for (const instance of world.instances) await this.tried(instance.id, () => this.bring(instance, world));
    await this.tried("volumes", () => this.dropDisks(world));
    await this.tried("addresses", () => this.forwarder.set(this.forwards(world)));
  }

  /** Volumes that were there at one look or another. */
  get volumesSeen(): string[] {
    return [...this.seen];
  }

  machine(instanceId: string): LabMachine | undefined {
    return this.machines.get(instanceId);
  }

  note(problem: string): void {
    this.problems.add(problem);
  }

  describe(): MachinesSeen {
    return {
      booted: [...this.booted],
      running: [...this.machines].filter(([, { running }]) => running).map(([id]) => id),
      disks: this.options.store.volumes,
      listening: this.forwarder.listening,
      unreachable: this.unreachable,
      problems: [...this.problems],
    };
  }

  async clear(): Promise<void> {
    await this.forwarder.stop();
    for (const id of this.machines.keys()) await this.options.lab.unmake(id);
    this.machines.clear();
  }

  private async bring({ id, state }: CloudInstance, world: CloudWorld): Promise<void> {
    const machine = this.machines.get(id);
    const { docker, lab, userData } = this.options;
    if (state === "terminated" || state === "shutting-down") {
      if (machine === undefined) return;
      await lab.unmake(id);
      this.machines.delete(id);
    } else if (machine === undefined) {
      if (state !== "running" || this.booted.includes(id)) return;
      this.booted.push(id);
      const booting = await lab.boot(id, await userData(id), { bare: true });
      this.machines.set(id, { ...booting, running: true, disks: "" });
      await this.attach(id, world);
    } else {
      if (state === "stopped" && machine.running) await docker.stopContainer(machine.containerId, 60);
      machine.running &&= state !== "stopped";
      await this.attach(id, world);
      if (state === "running" && !machine.running) await docker.startContainer(machine.containerId);
      machine.running ||= state === "running";
    }
  }

  private async attach(id: string, { volumes }: CloudWorld): Promise<void> {
    const machine = this.machines.get(id);
    const attached = volumes.filter(({ attachedTo }) => attachedTo === id);
    const wanted = attached.map((volume) => volume.id).join(" ");
    if (machine === undefined || wanted === machine.disks) return;
    const disks = new Map<string, number>();
    for (const volume of attached) {
      disks.set(volume.id, await this.options.store.device(volume.id, volume.gibibytes, volume.snapshotId));
    }
    for (const name of await showDisks(this.options.docker, machine.containerId, disks))
      this.note(`${name} was detached from ${id} while it was mounted`);
    machine.disks = wanted;
  }

  private async keepSnapshots({ snapshots, volumes }: CloudWorld): Promise<void> {
    const { store } = this.options;
    for (const { id } of volumes) this.seen.add(id);
    for (const { id, volumeId } of snapshots) if (!store.volumes.includes(id)) await store.snapshot(volumeId, id);
  }

  private async dropDisks({ volumes, snapshots }: CloudWorld): Promise<void> {
    const there = new Set([...volumes, ...snapshots].map(({ id }) => id));
    for (const name of this.options.store.volumes) if (!there.has(name)) await this.options.store.remove(name);
  }

  private forwards({ addresses }: CloudWorld): Map<string, string> {
    const forwards = new Map<string, string>();
    this.unreachable = addresses.flatMap(({ ip, problem }) => (problem === undefined ? [] : [`${ip}: ${problem}`]));
    for (const { ip, instanceId, ports } of addresses) {
      const machine = this.machines.get(instanceId);
      for (const port of machine === undefined ? [] : ports) forwards.set(`${ip}:${port}`, machine?.address ?? "");
    }
    return forwards;
  }

  private async tried(subject: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.note(`${subject}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
