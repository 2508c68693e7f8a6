/**
 * What of a host cannot be measured, so that somebody has to say it: a person in the program, or the component that made the
 * machine. Kept as sparse as it was written; `hostTraits` fills the defaults.
 */
import { isIP } from "node:net";
import { openPort } from "./open-ports";
import { fields, flag, isRecord, leaf, listOf, matching, oneOf, type Reader, wholeNumber } from "./read";
import { isUnknown } from "./unknown";

export interface HostTraitsInput {
  /**
   * Addresses or names at which clients reach the host's published ports; the first one is what `endpoint()` gives, unless
   * `endpoint` has an address. Default: the host's own `address`.
   */
  readonly publishedAddresses?: readonly string[];
  /** Address at which the program's other hosts reach this one. Default: none of its own, they use the published one. */
  readonly privateAddress?: string;
  /**
   * Ports that the firewall in front of the host lets in, such as a cloud's security group: `443`, `5000-5010`, `53/udp`. A preview tells
   * what is published and not among them. Default: not known, and nothing is told.
   */
  readonly openPorts?: readonly string[];
  /** The disk that holds Docker's data. Default: it goes with the machine. */
  readonly storage?: HostStorageInput;
  /** Whether what clients dial can follow a workload to another machine. Default: it cannot. */
  readonly endpoint?: HostEndpointInput;
  /**
   * Architecture of a machine that does not exist yet, in Docker's words; once it does, what is measured counts. Default: unknown until
   * then, so that a workload for another one is refused by the first up only.
   */
  readonly arch?: string;
  /** GPUs that containers may ask for. Default: measured, whether the engine has an NVIDIA runtime. */
  readonly gpus?: number;
  /** What must not go by a command. Default: nothing beyond what protects all data. */
  readonly protection?: HostProtectionInput;
}

export interface HostStorageInput {
  /** Docker's data lies on a disk of its own that stays when the machine is deleted or replaced. Default false. */
  readonly outlivesMachine?: boolean;
}

export interface HostEndpointInput {
  /** `floating`: an address that can be given to another machine. `dns`: a name that can be pointed elsewhere. `none`: neither. */
  readonly kind: "floating" | "dns" | "none";
  /** The floating address or the name. Default: the first of `publishedAddresses`, else the host's own `address`. */
  readonly address?: string;
}

export interface HostProtectionInput {
  /**
   * `dray volumes rm` removes no volume here, and the host cannot leave the program while it keeps data of this stack. Default
   * false: what is kept or superseded may be removed by its name.
   */
  readonly data?: boolean;
}

/** With every default filled. Leaves may be UNKNOWN in a preview. */
export interface HostTraits {
  /** Empty: the address of `endpoint`, else the host's own. */
  readonly publishedAddresses: readonly string[];
  readonly privateAddress?: string;
  /** Absent: not known. */
  readonly openPorts?: readonly string[];
  readonly storage: { readonly outlivesMachine: boolean };
  readonly endpoint: HostEndpointInput;
  /** Absent: known when it can be measured. */
  readonly arch?: string;
  /** Absent: as measured. */
  readonly gpus?: number;
  readonly protection: { readonly data: boolean };
}

export function hostTraits(input: HostTraitsInput = {}): HostTraits {
  const { publishedAddresses = [], storage, endpoint = { kind: "none" }, protection, ...rest } = input;
  return {
    ...rest,
    publishedAddresses,
    storage: { outlivesMachine: storage?.outlivesMachine ?? false },
    endpoint,
    protection: { data: protection?.data ?? false },
  };
}

/** Where clients reach the host; undefined: at the address that ssh dials. */
export function publishedAddress({ publishedAddresses, endpoint }: HostTraits): string | undefined {
  return endpoint.address ?? publishedAddresses[0];
}

const address = leaf("an IP address or a host name", (value) => {
  if (typeof value !== "string") return undefined;
  return isIP(value) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value) ? value : undefined;
});

const endpointFields = fields({ kind: oneOf("floating", "dns", "none"), address });

const endpoint: Reader<HostEndpointInput> = (value, place) => {
  const read = endpointFields(value, place);
  if (read === undefined) return undefined;
  if (isRecord(value) && (value.kind === undefined || value.kind === null)) return place.key("kind").problem("is missing");
  if (read.kind === "none" && read.address !== undefined && !isUnknown(read.address)) {
    return place.key("address").problem("belongs to a 'floating' or 'dns' endpoint; else write publishedAddresses");
  }
  return read as HostEndpointInput;
};

/** By key, so that a host's arguments are read in one go. */
export const traitReaders = {
  publishedAddresses: listOf(address, "a list of addresses"),
  privateAddress: address,
  openPorts: listOf(openPort, "a list of ports"),
  storage: fields({ outlivesMachine: flag }),
  endpoint,
  arch: matching("an architecture in Docker's words, such as 'amd64' or 'arm64'", /^[a-z0-9]+$/),
  gpus: wholeNumber(0),
  protection: fields({ data: flag }),
};

export const readTraits = fields(traitReaders) as Reader<HostTraitsInput>;

/** A host's arguments in two: how it is reached, and its traits where any were written. Values may still be Outputs. */
export function splitTraits(args: object): { readonly reached: object; readonly traits: object | undefined } {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const isTrait = (key: string): boolean => Object.hasOwn(traitReaders, key);
  const traits = given.filter(([key]) => isTrait(key));
  return {
    reached: Object.fromEntries(given.filter(([key]) => !isTrait(key))),
    traits: traits.length === 0 ? undefined : Object.fromEntries(traits),
  };
}
