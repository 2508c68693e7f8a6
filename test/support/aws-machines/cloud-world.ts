/** What of a cloud the machines depend on, as its API describes it. */
import type {
  Address,
  DescribeVolumesCommandOutput,
  Instance,
  NetworkInterface,
  RouteTable,
  SecurityGroupRule,
  Snapshot,
} from "@aws-sdk/client-ec2";
import { admittedPorts, reachesInternet } from "./reach";

export interface CloudWorld {
  readonly instances: readonly CloudInstance[];
  readonly volumes: readonly CloudVolume[];
  readonly snapshots: readonly CloudSnapshot[];
  readonly addresses: readonly CloudAddress[];
}

export interface CloudInstance {
  readonly id: string;
  readonly state: "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";
}

/** Roots are the machines' own and not among them. */
export interface CloudVolume {
  readonly id: string;
  readonly gibibytes: number;
  readonly snapshotId?: string;
  /** The instance it is attached to. */
  readonly attachedTo?: string;
}

export interface CloudSnapshot {
  readonly id: string;
  readonly volumeId: string;
}

/** An Elastic IP that belongs to an interface of an instance that is there. */
export interface CloudAddress {
  readonly ip: string;
  readonly instanceId: string;
  /** At which something that dials it from `operatorAddress` gets through to the machine. */
  readonly ports: readonly number[];
  /** Why it is reached at fewer ports than its rules seem to say. */
  readonly problem?: string;
}

/** Answers of the Describe calls. */
export interface Described {
  readonly instances: readonly Instance[];
  readonly volumes: NonNullable<DescribeVolumesCommandOutput["Volumes"]>;
  readonly snapshots: readonly Snapshot[];
  readonly addresses: readonly Address[];
  readonly rules: readonly SecurityGroupRule[];
  readonly routeTables: readonly RouteTable[];
}

export function cloudWorld(described: Described): CloudWorld {
  const { instances, volumes, snapshots } = described;
  const roots = new Set(instances.map(({ InstanceId, RootDeviceName }) => `${InstanceId} ${RootDeviceName}`));
  return {
    instances: instances.map(({ InstanceId, State }) => ({ id: named(InstanceId), state: State?.Name ?? "pending" })),
    volumes: volumes.flatMap(({ VolumeId, Size, SnapshotId, Attachments }) => {
      const [attachment] = Attachments ?? [];
      if (roots.has(`${attachment?.InstanceId} ${attachment?.Device}`)) return [];
      const volume = { id: named(VolumeId), gibibytes: Size ?? 1, ...(SnapshotId && { snapshotId: SnapshotId }) };
      return [attachment?.InstanceId ? { ...volume, attachedTo: attachment.InstanceId } : volume];
    }),
    snapshots: snapshots.map(({ SnapshotId, VolumeId }) => ({ id: named(SnapshotId), volumeId: named(VolumeId) })),
    addresses: described.addresses.flatMap((address) => placed(address, described)),
  };
}

function placed({ PublicIp, NetworkInterfaceId }: Address, { instances, rules, routeTables }: Described): CloudAddress[] {
  if (NetworkInterfaceId === undefined) return [];
  for (const { InstanceId, State, NetworkInterfaces } of instances) {
    if (State?.Name === "terminated" || State?.Name === "shutting-down") continue;
    const card = NetworkInterfaces?.find((each) => each.NetworkInterfaceId === NetworkInterfaceId);
    if (card === undefined) continue;
    const there = { ip: named(PublicIp), instanceId: named(InstanceId) };
    if (!reachesInternet(card, routeTables)) return [{ ...there, ports: [], problem: "its subnet has no way to the internet" }];
    return [{ ...there, ...admittedPorts(rules, groupsOf(card)) }];
  }
  return [];
}

const groupsOf = ({ Groups }: Pick<NetworkInterface, "Groups">): string[] => (Groups ?? []).map(({ GroupId }) => named(GroupId));

function named(value: string | undefined): string {
  if (value === undefined) throw new Error("the API described something without its name");
  return value;
}
