/**
 * What may differ between the stacks of one program: dev, test, staging, production. The kinds are fixed here, the names are the
 * program's, the values are in the configuration of each stack.
 */
import type { HostInput } from "./host";
import type { SecretRef } from "./secret-ref";

/** A list of names: every stack must say. Name → value: what counts where a stack says nothing. */
export interface DifferencesInput {
  /** Machines. In a stack: `local` (the machine that runs the program) or what `new Host` takes. Default none. */
  readonly hosts?: readonly string[];
  /** How many containers, for a service's `replicas`. Default none. */
  readonly replicas?: Differing<number>;
  /** Limits, to be spread into a service: memory, cpus, pids, shmSize. Default none. */
  readonly resources?: Differing<ResourcesInput>;
  /** Host names under which it is reached, `shop.example.com`. Default none. */
  readonly domains?: Differing<string>;
  /** Published ports of the host, so that two stacks fit on one machine. Default none. */
  readonly ports?: Differing<number>;
  /** Other amounts: a pool, an upload limit, a machine's type. Default none. */
  readonly sizes?: Differing<Size>;
  /** In a stack: a secret text, or where it is, `{ from: file, path: … }`, in the words of SecretRef. Default none. */
  readonly secrets?: readonly string[];
}

export type Differing<T> = readonly string[] | Readonly<Record<string, T>>;

export type Size = string | number;

/** The limits of a service, in its words. */
export interface ResourcesInput {
  /** `"512m"` or bytes. Absent: no limit. */
  readonly memory?: string | number;
  /** 0.5 is half of one. Absent: no limit. */
  readonly cpus?: number;
  /** Processes; -1 = none. Absent: the service's default. */
  readonly pids?: number;
  /** Size of /dev/shm. Absent: Docker's, 64 MiB. */
  readonly shmSize?: string | number;
}

export const differenceKinds = ["hosts", "replicas", "resources", "domains", "ports", "sizes", "secrets"] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** Of one stack, by kind and name. What was wrong has a stand-in, so that the rest of the program is judged as well. */
export interface DifferenceValues {
  readonly hosts: Readonly<Record<string, "local" | HostInput>>;
  readonly replicas: Readonly<Record<string, number>>;
  readonly resources: Readonly<Record<string, ResourcesInput>>;
  readonly domains: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, number>>;
  readonly sizes: Readonly<Record<string, Size>>;
  readonly secrets: Readonly<Record<string, string | SecretRef>>;
}
