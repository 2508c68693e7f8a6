/** A host: one Docker engine we reach over SSH or a local socket. */
import type { Problem } from "./drayage-error";
import { Place } from "./place";
import {
  compact,
  fields,
  filledText,
  isRecord,
  leaf,
  matching,
  oneOf,
  type Reader,
  requireKeys,
  text,
  wholeNumber,
} from "./read";

export interface HostInput {
  /** Host name, IP address, or an alias of your ssh configuration. */
  readonly address: string;
  /** Default: ssh's. Needs to be in the docker group, or root. */
  readonly user?: string;
  /** Default: ssh's, 22. */
  readonly port?: number;
  /** Private key, relative to the program's folder or with "~/". Default: what ssh configuration and agent offer. */
  readonly identityFile?: string;
  /** `SHA256:…` or a full public key `ssh-ed25519 AAAA…`. Default: your known_hosts decides; never accepted blindly. */
  readonly hostKey?: string;
  /** `user@bastion:22`, as ssh's ProxyJump. Default: ssh configuration. */
  readonly proxyJump?: string;
  /** Docker's socket on the host. Default /var/run/docker.sock. */
  readonly socket?: string;
  /** Machine id that was replaced by a new machine under the same address. Absent: another machine is refused. */
  readonly rebuilt?: string;
}

export interface LocalHostInput {
  /** Unix socket of the engine on this machine. Default: DOCKER_HOST when it is a unix address, else /var/run/docker.sock. */
  readonly socket?: string;
}

/** How a host is reached; the engine's ConnectionSpec has this shape. */
export type HostConnection =
  | { readonly kind: "local"; readonly socket?: string | undefined }
  | {
      readonly kind: "ssh";
      readonly address: string;
      readonly user?: string | undefined;
      readonly port?: number | undefined;
      readonly identityFile?: string | undefined;
      readonly hostKey?: string | undefined;
      readonly proxyJump?: string | undefined;
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
}

export type NormalisedHost =
  | { readonly connection: HostConnection; readonly rebuilt?: string }
  | { readonly problems: readonly Problem[] };

export function normaliseHost(input: unknown, options: { readonly allowUnknown?: boolean } = {}): NormalisedHost {
  const problems: Problem[] = [];
  const place = Place.root(problems, options);
  const read = hostFields(input, place) ?? {};
  requireKeys(input, ["address"], place);
  if (problems.length > 0) return { problems };
  const { rebuilt, ...rest } = read;
  const connection = { kind: "ssh", ...rest } as HostConnection;
  return compact({ connection, rebuilt }) as NormalisedHost;
}

export function normaliseLocalHost(input: unknown, options: { readonly allowUnknown?: boolean } = {}): NormalisedHost {
  const problems: Problem[] = [];
  const read = fields({ socket })(input, Place.root(problems, options)) ?? {};
  return problems.length > 0 ? { problems } : { connection: { kind: "local", ...read } };
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
const ssh = { address: word, user: word, port: portNumber, identityFile: filledText, hostKey, proxyJump: word, socket };
const hostFields = fields(
  { ...ssh, rebuilt: filledText },
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
});
