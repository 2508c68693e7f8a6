/** What a person writes of a host at Amazon. All but `size` and `sshFrom` has a default. */
import type { Input } from "@pulumi/pulumi";
import type { PrepareInput } from "../../sdk/spec/prepare";
import type { Ec2DataVolume } from "./ec2-data-volume";
import type { Ec2Identity } from "./ec2-identity";
import type { Ec2Network } from "./ec2-network";
import type { Ec2HostTransforms } from "./transforms";

export interface Ec2HostArgs {
  /**
   * Instance type, `"t3.small"`. It decides the architecture: amd64, or arm64 for Graviton (`t4g`, `m7g`, …). Older, Xen-based types are
   * refused: they have no stable names for disks.
   */
  readonly size: string;
  /** Ranges from which port 22 is reached, `["198.51.100.0/24"]`, IPv4 or IPv6. The whole world is refused without `allowWorldSsh`. */
  readonly sshFrom: readonly string[];
  /** Lets `sshFrom` hold `0.0.0.0/0` or `::/0`. Default false. */
  readonly allowWorldSsh?: boolean;
  /**
   * Ports that the security group opens: those that workloads publish. A preview tells which of these are closed. Default 80 and 443,
   * TCP, from every IPv4 address.
   */
  readonly ports?: readonly (number | OpenPort)[];
  /** A subnet that exists and has a route to the internet. Not with `network`. Default: a network of the host's own. */
  readonly subnetId?: Input<string>;
  /** A network that several hosts share. Not with `subnetId`. Default: a network of the host's own. */
  readonly network?: Ec2Network;
  /** Zone of the host's own network, `"eu-central-1a"`. Default: Amazon chooses. Read once: later changes do nothing. */
  readonly availabilityZone?: string;
  /** What the machine boots. Default: Debian 12 of the size's architecture, the newest when the machine is made; frozen from then on. */
  readonly image?: MachineImageArgs;
  /** Encrypted, goes with the machine; holds the system only. Default 12 GiB gp3. */
  readonly rootDisk?: RootDiskArgs;
  /**
   * Encrypted volume of its own for all of Docker's data. It outlives the machine, and leaves a final snapshot when it is deleted.
   * A volume made elsewhere in the program may be given instead, or one that exists. Default 20 GiB gp3.
   */
  readonly dataDisk?: DataDiskArgs | ExistingDiskArgs | Ec2DataVolume;
  /** Key of KMS that encrypts both disks. Default: the account's `aws/ebs`. */
  readonly kmsKeyId?: Input<string>;
  /**
   * How many network hops an answer of the instance metadata service may take, 1 to 64. 1 keeps containers in bridge networks from the
   * instance's role; 2 lets them have it. Default 1.
   */
  readonly hopLimit?: number;
  /** A role that several machines share. Not with `permissions`. Default: one of its own. */
  readonly identity?: Ec2Identity;
  /** What the machine may do at AWS, by its role. Default: nothing. */
  readonly permissions?: readonly PermissionArgs[];
  /** Login on the machine. Default `deploy`. */
  readonly user?: string;
  /**
   * Public keys that open the login. Default: the public halves of `identityFile` (`<file>.pub`), else of your `~/.ssh/id_*.pub`. Read by
   * the machine at its first boot only.
   */
  readonly authorizedKeys?: readonly Input<string>[];
  /** Private key or keys to log in with, tried in order. Default: ssh's configuration and agent. */
  readonly identityFile?: string | readonly string[];
  /** A name in Route 53 for the machine's own address. Default: none. */
  readonly dns?: DnsArgs;
  /** Tags of every child, beside `Name`, `drayage:project`, `drayage:stack` and `drayage:host`. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** How the machine is made a host; `dataDisk` of it is filled in. Default: the distribution's engine, see docs/prepare.md. */
  readonly prepare?: Omit<PrepareInput, "dataDisk">;
  /**
   * The second private address of the machine, free in its subnet: a service's Elastic IP is associated with it, so that ssh's address
   * never moves. Default: one of the subnet's upper half, by the host's name.
   */
  readonly endpointAddress?: string;
  /**
   * The way out, in two steps. The first `up` with `true` takes all protection off and destroys nothing; the second destroys everything of
   * the host; the data volume leaves its final snapshot. Refused while workloads or data of the stack are on it. `"unseen"`: the same
   * for a machine that does not answer any more, whose data nobody can look at, or that is gone at Amazon. Default false.
   */
  readonly retired?: boolean | "unseen";
  /** Adjusts children: one function for each. */
  readonly transform?: Ec2HostTransforms;
}

/** A port, or a range of them, and from where it is reached. */
export interface OpenPort {
  readonly port: number;
  /** Last port of a range. Default: `port` alone. */
  readonly to?: number;
  /** Default tcp. */
  readonly protocol?: "tcp" | "udp";
  /** Ranges, IPv4 or IPv6. Default `["0.0.0.0/0"]`. */
  readonly from?: readonly string[];
}

export interface MachineImageArgs {
  /** Newest image of this system. Default debian-12. Not with `id`. */
  readonly os?: MachineSystem;
  /** One exact image, `"ami-0abc…"`. It needs cloud-init, systemd and sshd. */
  readonly id?: string;
  /** Architecture that the image is of, in Docker's words; must be the size's. Default: the size's, and looked up at Amazon. */
  readonly arch?: "amd64" | "arm64";
}

export type MachineSystem = "debian-12" | "debian-13" | "ubuntu-24.04" | "amazon-linux-2023";

export interface RootDiskArgs {
  /** GiB. Default 12. */
  readonly size?: number;
  /** Default gp3. */
  readonly type?: VolumeType;
  /** Operations per second; default: the type's. io1 and io2 need it. */
  readonly iops?: number;
  /** MiB per second, gp3 only; default 125. */
  readonly throughput?: number;
}

export interface DataDiskArgs extends RootDiskArgs {
  /** GiB. Default 20, or what the snapshot has. */
  readonly size?: number;
  /** Snapshot of another data disk, `"snap-0abc…"`: a host begins with what is on it. Default: an empty disk. */
  readonly snapshotId?: Input<string>;
  /** Default ext4. With xfs, copies of files on the host share their blocks. */
  readonly filesystem?: "ext4" | "xfs";
}

export interface ExistingDiskArgs {
  /**
   * A volume that no machine has, `"vol-0abc…"`: that of a host whose machine is lost, its `dataVolumeId`. What is on it is kept. The host's own
   * network is made in its zone. It stays whose it was: it is not deleted with this host.
   */
  readonly volumeId: Input<string>;
  /** Of an empty one. Default ext4. */
  readonly filesystem?: "ext4" | "xfs";
}

/** Types that a volume may have. */
export type VolumeType = "gp3" | "gp2" | "io2" | "io1" | "st1" | "sc1";

/** One statement of the role's policy. */
export interface PermissionArgs {
  /** `["ecr:BatchGetImage"]` */
  readonly actions: readonly string[];
  /** ARNs that it is allowed for. */
  readonly resources: readonly Input<string>[];
}

export interface DnsArgs {
  /** Hosted zone of Route 53, `"Z0123…"`. */
  readonly zoneId: Input<string>;
  /** `"cloud.example.com"` */
  readonly name: string;
  /** Seconds. Default 60. */
  readonly ttl?: number;
}
