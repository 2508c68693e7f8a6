/**
 * What turns a bare machine (systemd, sshd) into a host: an engine, its configuration, a disk for its data. Done over SSH, as root or
 * with password-less sudo; seen in every preview, and repaired by every up.
 */
import { type DataDiskInput, type DataDiskSpec, readDataDisk } from "./data-disk";
import { defaultLogging, type LoggingInput, type LoggingSpec, readLogging } from "./logging";
import type { Place } from "./place";
import { compact, fields, flag, isRecord, keysOf, listOf, matching, oneOf, wholeNumber } from "./read";
import { parseSubnet } from "./subnet";
import { isUnknown } from "./unknown";

export interface PrepareInput {
  /** Where Docker comes from. Default: the distribution's package. One that is installed already is left as it is. */
  readonly engine?: PrepareEngineInput;
  /** A disk of its own for everything that is kept on the host. Default: the root disk. */
  readonly dataDisk?: DataDiskInput;
  /** Logs of containers that say nothing about them. Default json-file, 3 files of 10 MB. */
  readonly logging?: LoggingInput;
  /** Containers run on while the engine restarts. Default true. */
  readonly liveRestore?: boolean;
  /**
   * Where Docker takes the subnets of networks that name none. Default 10.214.0.0/16 in pieces of 24 bits: apart from Docker's own
   * default, from what workloads take (10.213.0.0/16), and from what home and cloud networks usually have.
   */
  readonly addressPools?: readonly AddressPoolInput[];
  /**
   * More of daemon.json, by Docker's names: `{ "registry-mirrors": ["https://mirror.example"] }`. Default nothing. Keys of the file
   * that neither this nor the fields above name stay as they are found.
   */
  readonly daemon?: Readonly<Record<string, Json>>;
}

export interface PrepareEngineInput {
  /**
   * distro: `docker.io` of Debian and Ubuntu, `docker` of Amazon Linux 2023. docker: docker-ce from download.docker.com, on Debian and
   * Ubuntu. Default distro.
   */
  readonly from?: "distro" | "docker";
  /** What the package's version begins with: "26.1", "5:27.3.1" without its epoch. Default: the newest on offer when it is installed. */
  readonly version?: string;
}

export interface AddressPoolInput {
  /** The range, `"10.214.0.0/16"`. */
  readonly base: string;
  /** Prefix length of each network's piece: 24 = 254 addresses. */
  readonly size: number;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface PrepareSpec {
  readonly engine: { readonly from: "distro" | "docker"; readonly version?: string };
  readonly dataDisk?: DataDiskSpec;
  readonly logging: LoggingSpec;
  readonly liveRestore: boolean;
  readonly addressPools: readonly AddressPoolInput[];
  readonly daemon: Readonly<Record<string, Json>>;
}

const defaultPools: readonly AddressPoolInput[] = [{ base: "10.214.0.0/16", size: 24 }];

export function readPrepare(value: unknown, place: Place): PrepareSpec | undefined {
  const read = prepare(value, place);
  if (read === undefined) return undefined;
  const { engine = {}, dataDisk, logging = defaultLogging, liveRestore = true, addressPools = defaultPools, daemon = {} } = read;
  return compact({
    engine: compact({ from: engine.from ?? "distro", version: engine.version }),
    dataDisk,
    logging,
    liveRestore,
    addressPools,
    daemon,
  }) as PrepareSpec;
}

const pool = fields({
  base: matching("a range such as '10.214.0.0/16'", /^[0-9.]+\/[0-9]+$/),
  size: wholeNumber(8, 30),
});

function readPool(value: unknown, place: Place): AddressPoolInput | undefined {
  const { base, size } = pool(value, place) ?? {};
  if (base === undefined || size === undefined) {
    if (isRecord(value) && (value.base === undefined || value.size === undefined)) place.problem("needs 'base' and 'size'");
    return undefined;
  }
  const prefix = parseSubnet(base)?.prefix;
  if (prefix === undefined)
    return isUnknown(base) ? { base, size } : place.key("base").expected("a range such as '10.214.0.0/16'", base);
  if (size < prefix) return place.key("size").problem(`is larger than the range it is taken from, ${base}`);
  return { base, size };
}

/** Words of daemon.json that have a field here, or no place on a host of ours. */
const otherwise: Readonly<Record<string, string>> = {
  "log-driver": "write 'logging'",
  "log-opts": "write 'logging'",
  "live-restore": "write 'liveRestore'",
  "default-address-pools": "write 'addressPools'",
  "data-root": "write 'dataDisk'",
  hosts: "the engine is reached over ssh; a listener of its own would be a way in for others",
  "userns-remap": "drayage cannot serve such a host",
  "selinux-enabled": "drayage cannot serve such a host",
};

function readDaemon(value: unknown, place: Place): Record<string, Json> | undefined {
  if (!isRecord(value)) return place.expected("an object with keys of daemon.json", value);
  for (const key of keysOf(value))
    if (otherwise[key] !== undefined) place.key(key).problem(`does not belong here; ${otherwise[key]}`);
  return value as Record<string, Json>;
}

const prepare = fields({
  engine: fields({
    from: oneOf("distro", "docker"),
    version: matching("what a package's version begins with, '26.1'", /^[0-9][0-9A-Za-z.+~-]*$/),
  }),
  dataDisk: readDataDisk,
  logging: readLogging,
  liveRestore: flag,
  addressPools: listOf(readPool, "a list of { base, size }"),
  daemon: readDaemon,
});
