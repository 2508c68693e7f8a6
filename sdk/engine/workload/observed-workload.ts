/** What is really on one host of one workload, as one snapshot. Decisions are made from this and the wanted workload alone. */
import type { ObservedForwarder } from "../forward/forwarder-container";
import type { WorkloadRecord } from "../record/host-record";
import type { Stage } from "./object-names";

export interface ObservedWorkload {
  readonly host: string;
  readonly identity: string;
  /** Sorted by service, replica, generation. */
  readonly containers: readonly ObservedContainer[];
  /** Of this workload: it has left this host before, and clients still dial it. */
  readonly forwarders: readonly ObservedForwarder[];
  /** Data volumes of ours, whatever the program says now. */
  readonly volumes: readonly ObservedVolume[];
  /** Secret and config sets of ours. */
  readonly deliveries: readonly ObservedDelivery[];
  readonly networks: readonly ObservedNetwork[];
  /** Everything else on the host that a wish of ours could collide with. */
  readonly others: OtherObjects;
  /** What the firewall in front of the host lets in; absent: not known. */
  readonly openPorts?: readonly string[];
  /** This workload's part of the host record; undefined = never deployed here. */
  readonly record: WorkloadRecord | undefined;
}

export interface ObservedContainer {
  readonly id: string;
  readonly dockerName: string;
  readonly service: string;
  readonly replica: number;
  readonly generation: number;
  readonly stage: Stage;
  /** What the label says it was made from; undefined when nobody can read it. */
  readonly made: unknown;
  readonly state: "created" | "running" | "restarting" | "paused" | "exited";
  readonly exitCode: number;
  readonly imageId: string;
  readonly restart: { readonly name: string; readonly maximumRetries: number };
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  /** Docker's: a network's name, host, none, container:ID. */
  readonly networkMode: string;
  /** Docker name of the network → the container's names there. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
  /** Docker names of the volumes it mounts. */
  readonly volumes: readonly string[];
}

export interface ObservedVolume {
  readonly name: string;
  readonly dockerName: string;
}

export interface ObservedDelivery {
  readonly kind: "secrets" | "configs";
  readonly service: string;
  readonly dockerName: string;
}

export interface ObservedNetwork {
  readonly id: string;
  readonly name: string;
  readonly dockerName: string;
}

export interface OtherObjects {
  /** Docker names of volumes that do not carry this workload's identity. */
  readonly volumes: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  /** Ports that running containers outside this workload publish. */
  readonly ports: readonly PortHolder[];
}

export interface PortHolder {
  readonly container: string;
  /** Name of the workload that has left this host and whose forwarder it is. Absent: it is another container. */
  readonly forwards?: string;
  /** "" = all addresses. */
  readonly address: string;
  readonly published: number;
  readonly protocol: string;
}
