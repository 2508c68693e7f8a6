/** One list of each kind per host and run, shared by all workloads. What it holds is as old as its last refresh. */
import type { ContainerInspect, ContainerSummary, NetworkInspect, VolumeInspect } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import { label } from "../labels";
import type { HostRecord } from "../record/host-record";

const snapshots = new WeakMap<HostHandle, HostSnapshot>();

/** The snapshot of this host in this run; made at the first call, filled when asked. */
export function observeHost(host: HostHandle): HostSnapshot {
  const known = snapshots.get(host);
  if (known) return known;
  const made = new HostSnapshot(host);
  snapshots.set(host, made);
  return made;
}

export class HostSnapshot {
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(private readonly host: HostHandle) {}

  /** Forgets everything: the next question is asked again. */
  refresh(): void {
    this.answers.clear();
  }

  /** Containers of any workload of ours. */
  containers(): Promise<ContainerSummary[]> {
    return this.once("containers", () => this.host.docker.listContainers({ label: [label.identity] }));
  }

  /** Everybody's, running: who holds which port. */
  runningContainers(): Promise<ContainerSummary[]> {
    return this.once("running", () => this.host.docker.listContainers({ status: ["running", "restarting", "paused"] }));
  }

  /** Everybody's: a name may be taken by a stranger. */
  volumes(): Promise<VolumeInspect[]> {
    return this.once("volumes", () => this.host.docker.listVolumes());
  }

  /** Everybody's: names and subnets may be taken by strangers. */
  networks(): Promise<NetworkInspect[]> {
    return this.once("networks", () => this.host.docker.listNetworks());
  }

  record(): Promise<HostRecord> {
    return this.once("record", () => this.host.record.read());
  }

  inspect(id: string): Promise<ContainerInspect | undefined> {
    return this.once(`inspect ${id}`, () => this.host.docker.inspectContainer(id));
  }

  /** A failed answer is not kept: whoever asks next asks again. */
  private once<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(question) as Promise<T> | undefined;
    if (known) return known;
    const answer = ask();
    this.answers.set(question, answer);
    answer.catch(() => this.answers.delete(question));
    return answer;
  }
}
