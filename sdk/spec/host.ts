/** A host: one Docker engine we reach over SSH or a local socket. */
import type { Problem } from "./drayage-error";
import { type HostTraitsInput, readTraits, splitTraits, traitReaders } from "./host-traits";
import { Place } from "./place";
import { type PrepareInput, type PrepareSpec, readPrepare } from "./prepare";
import {
  compact,
  fields,
  filledText,
  isRecord,
  leaf,
  listOf,
  matching,
  oneOf,
  type Reader,
  requireKeys,
  text,
  wholeNumber,
} from "./read";

export interface HostInput extends HostTraitsInput {
  /** Host name, IP address, or an alias of your ssh configuration. */
  readonly address: string;
  /** Default: ssh's. Needs to be in the docker group, or root. */
  readonly user?: string;
  /** Default: ssh's, 22. */
  readonly port?: number;
  /** Private key or keys, tried in order; relative to the program's folder or with "~/". Default: ssh configuration and agent. */
  readonly identityFile?: string | readonly string[];
  /** `SHA256:…` or a full public key `ssh-ed25519 AAAA…`. Default: your known_hosts decides; never accepted blindly. */
  readonly hostKey?: string;
  /** Who vouches for `hostKey`: a person who compared it, or the API of whoever made the machine. Default "declared". */
  readonly hostKeySource?: "declared" | "provider";
  /** `user@bastion:22`, or several parted by commas, as ssh's ProxyJump. Default: ssh configuration. */
  readonly proxyJump?: string;
  /**
   * Command whose standard input and output lead to the host's sshd, as ssh's ProxyCommand with its %h and %p. Run on this machine
   * by ssh, never on a host; it is kept in state, so it holds no secret. Not with `proxyJump`. Default: ssh configuration.
   */
  readonly proxyCommand?: string;
  /** Docker's socket on the host. Default /var/run/docker.sock. */
  readonly socket?: string;
  /**
   * Makes a bare machine a host, and keeps it one: an engine, its configuration, a data disk. Needs root or password-less sudo there.
   * Default: the host is given, and nothing on it is changed.
   */
  readonly prepare?: PrepareInput;
  /** Machine id that was replaced by a new machine under the same address. Absent: another machine is refused. */
  readonly rebuilt?: string;
}

export interface LocalHostInput extends HostTraitsInput {
  /** Unix socket of the engine on this machine. Default: DOCKER_HOST when it is a unix address, else /var/run/docker.sock. */
  readonly socket?: string;
}

/**
 * A public key of a host and how it came to be trusted: written in the program; in the user's known_hosts; by an authenticated
 * first contact; told by the API of whoever made the machine.
 */
export interface VouchedKey {
  /** `ssh-ed25519 AAAA…`. */
  readonly key: string;
  readonly source: "declared" | "known_hosts" | "enrolled" | "provider";
}

/** How a host is reached; the engine's ConnectionSpec has this shape. */
export type HostConnection =
  | { readonly kind: "local"; readonly socket?: string | undefined }
  | {
      readonly kind: "ssh";
      readonly address: string;
      readonly user?: string | undefined;
      readonly port?: number | undefined;
      readonly identityFile?: string | readonly string[] | undefined;
      readonly hostKey?: string | undefined;
      readonly proxyJump?: string | undefined;
      readonly proxyCommand?: string | undefined;
      readonly socket?: string | undefined;
    };

/** What a workload or image knows of its host. Only machineId may be unknown in preview (`""` or UNKNOWN). */
export interface HostRefSpec {
  /** The program's name for the host. */
  readonly name: string;
  readonly connection: HostConnection;
  readonly engineId: string;
  readonly machineId: string;
  /** Docker's words: amd64, arm64. */
  readonly arch: string;
  /** As written on the host; `hostTraits` fills the defaults. */
  readonly traits?: HostTraitsInput;
}

export type NormalisedHost =
  | {
      readonly connection: HostConnection;
      readonly rebuilt?: string;
      readonly traits?: HostTraitsInput;
      readonly prepare?: PrepareSpec;
    }
  | { readonly problems: readonly Problem[] };

export function normaliseHost(input: unknown, options: { readonly allowUnknown?: boolean } = {}): NormalisedHost {
  const problems: Problem[] = [];
  const place = Place.root(problems, options);
  const { rebuilt, hostKeySource, prepare, ...read } = hostFields(input, place) ?? {};
  requireKeys(input, ["address"], place);
  if (read.proxyJump !== undefined && read.proxyCommand !== undefined)
    place.key("proxyCommand").problem("is another way than 'proxyJump'; keep one of them");
  if (hostKeySource !== undefined && read.hostKey === undefined)
    place.key("hostKeySource").problem("says who vouches for 'hostKey', which is missing");
  if (prepare !== undefined && read.socket !== undefined)
    place.key("socket").problem("does not go with 'prepare', whose engine is at /var/run/docker.sock");
  if (problems.length > 0) return { problems };
  return compact({ rebuilt, prepare, ...parted("ssh", read) }) as NormalisedHost;
}

export function normaliseLocalHost(input: unknown, options: { readonly allowUnknown?: boolean } = {}): NormalisedHost {
  const problems: Problem[] = [];
  const read = fields({ socket, ...traitReaders })(input, Place.root(problems, options)) ?? {};
  return problems.length > 0 ? { problems } : parted("local", read);
}

export const readHostRef: Reader<HostRefSpec> = (value, place) => {
  if (isRecord(value) && typeof value.urn === "string") return place.problem("is a Host resource; write host.ref");
  const read = hostRef(value, place);
  if (read === undefined) return undefined;
  requireKeys(value, ["name", "connection"], place);
  return { engineId: "", machineId: "", arch: "", ...read } as HostRefSpec;
};

/** A leading "-" would be read as an option by ssh. */
const word = matching("one word that does not begin with '-'", /^[^\s-]\S*$/);
const portNumber = wholeNumber(1, 65_535);
const socket = matching("an absolute path of a unix socket", /^\//);
const hostKey = leaf("'SHA256:…' or a public key such as 'ssh-ed25519 AAAA…'", (value) => {
  const key = typeof value === "string" ? value.trim() : "";
  return /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(key) || /^(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/]+={0,2}( .*)?$/.test(key)
    ? key
    : undefined;
});
const identityFile: Reader<string | readonly string[]> = (value, place) =>
  Array.isArray(value) ? listOf(filledText)(value, place) : filledText(value, place);
/** For ssh's configuration, where a line is an option. */
const oneLine = matching("a command in one line", /^\S[^\r\n\0]*$/);
const ssh = {
  address: word,
  user: word,
  port: portNumber,
  identityFile,
  hostKey,
  proxyJump: word,
  proxyCommand: oneLine,
  socket,
};
const hostFields = fields(
  { ...ssh, hostKeySource: oneOf("declared", "provider"), rebuilt: filledText, prepare: readPrepare, ...traitReaders },
  {
    host: "write it as 'address'",
    hostname: "write it as 'address'",
    username: "write it as 'user'",
    privateKey: "give its path as 'identityFile'",
  },
);
const hostRef = fields({
  name: filledText,
  connection: fields({ kind: oneOf("ssh", "local"), ...ssh }),
  engineId: text,
  machineId: text,
  arch: text,
  traits: readTraits,
});

function parted(kind: HostConnection["kind"], read: object): { connection: HostConnection; traits?: HostTraitsInput } {
  const { reached, traits } = splitTraits(read);
  const connection = { kind, ...reached } as HostConnection;
  return traits === undefined ? { connection } : { connection, traits };
}
