import type { Input } from "@pulumi/pulumi";
import type { NeedsInput } from "../spec/needs";
import type { NetworkInput } from "../spec/network";
import type { ServiceInput } from "../spec/service";
import type { VolumeInput } from "../spec/volume";
import type { Image, ImageRef } from "./image";
import type { InputLeaves } from "./input-leaves";
import type { HostRef, Placeable } from "./placeable";

/** `S`, `V`, `N`: names of the workload's services, volumes and networks; using one that is not declared does not compile. */
export interface WorkloadArgs<S extends string = string, V extends string = string, N extends string = string> {
  /** Where it lives. Changing it moves the workload there with its data. */
  readonly host: Placeable | HostRef;
  /** Name → service; services reach each other by these names. At least one. */
  readonly services: Readonly<Record<S, ServiceArgs<NoInfer<S>, NoInfer<V>, NoInfer<N>>>>;
  /** Every named volume that services use. Default none. */
  readonly volumes?: Readonly<Record<V, VolumeArgs>>;
  /** Every network that services name. Default: one, "default", when a service names none. */
  readonly networks?: Readonly<Record<N, NetworkArgs>>;
  /** Range the networks' subnets are cut from, in /24s. Default "10.213.0.0/16". */
  readonly subnets?: Input<string>;
  /** What the host must have beyond what the services imply: a host that lacks it is refused before anything runs. Default nothing. */
  readonly needs?: NeedsArgs;
  /**
   * After a move the host it left carries connections to its published TCP ports to where it lives, until `dray forwards rm`. Default
   * true; false: clients of the old address are refused there.
   */
  readonly forward?: Input<boolean>;
}

/** Read when the program runs: files, and the image's resource. */
type ReadAtOnce = "image" | "envFile" | "configs";

export type ServiceArgs<S extends string = string, V extends string = string, N extends string = string> = InputLeaves<
  Omit<ServiceInput<S, V, N | "default">, ReadAtOnce>
> & {
  /** A reference (`"postgres:16"`) or an Image. Compose: `image`, `build`. */
  readonly image: Input<string> | Image | ImageRef;
  /** Local files with `NAME=value` lines, relative to the program's folder; `environment` wins. Default none. Compose: `env_file`. */
  readonly envFile?: string | readonly string[];
  /** Path in the container → text, local file or local folder. Default none. Compose: `configs`, and relative bind mounts. */
  readonly configs?: Readonly<Record<string, ConfigArgs>>;
};

export interface ConfigArgs {
  /** The content itself. */
  readonly text?: Input<string>;
  /** A local file, relative to the program's folder. */
  readonly file?: string;
  /** A local folder, relative to the program's folder. */
  readonly folder?: string;
  /** Owner. Default 0. Compose: `uid`, `gid`. */
  readonly uid?: number;
  readonly gid?: number;
  /** Octal digits, `"0640"`. Default: "0644", or "0755" for a local file with the x bit. Compose: `mode`. */
  readonly mode?: string;
}

export type VolumeArgs = InputLeaves<VolumeInput>;
export type NeedsArgs = InputLeaves<NeedsInput>;
export type NetworkArgs = InputLeaves<NetworkInput>;
