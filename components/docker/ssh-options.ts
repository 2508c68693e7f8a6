/** How `@pulumi/docker` is told to reach a host over ssh: an address, and options that pin its key without a file. Pure. */
import { isAbsolute, resolve } from "node:path";
import { DrayageError } from "../../sdk/spec/drayage-error";
import type { HostConnection } from "../../sdk/spec/host";

export type SshConnection = Extract<HostConnection, { kind: "ssh" }>;

export interface SshSurroundings {
  /** The program's name for the host. */
  readonly host: string;
  /** The full key that the host was verified by, `ssh-ed25519 AAAA…`. */
  readonly verified: string | undefined;
  /** The folder that a relative identityFile starts from. */
  readonly programDir: string;
}

/** `ssh://deploy@10.0.0.11:2222`; with the path of a socket that is not where Docker puts it. */
export function sshAddress({ address, user, port, socket }: SshConnection): string {
  const login = user === undefined ? "" : `${encodeURIComponent(user)}@`;
  const host = address.includes(":") ? `[${address}]` : address;
  return `ssh://${login}${host}${port === undefined ? "" : `:${port}`}${socket === undefined ? "" : encodeURI(socket)}`;
}

/**
 * Arguments of ssh, each of its own: the package runs ssh with them as they are, and no shell reads them. It writes user, port and
 * address itself, from the address.
 * @throws INVALID_PROGRAM
 */
export function sshOptions(connection: SshConnection, { host, verified, programDir }: SshSurroundings): string[] {
  const { hostKey, identityFile = [], proxyJump, proxyCommand } = connection;
  // What was pinned in full, or what an enrolment left, is the last word; a fingerprint stands for what was verified by it.
  const key = fullKey(hostKey) ?? fullKey(verified);
  if (connection.address === "") throw noMachine(host);
  if (key === undefined) throw unknownKey(host);
  const identities = [identityFile].flat();
  return [
    ...pinning(key),
    ...options({
      BatchMode: "yes",
      // A connection that the user keeps for this host was made under other rules than this pin.
      ControlMaster: "no",
      ControlPath: "none",
      // What the user's configuration has for a shell on this host is in the way of a stream.
      ClearAllForwardings: "yes",
      PermitLocalCommand: "no",
      RemoteCommand: "none",
      ...(identities.length > 0 && { IdentitiesOnly: "yes" }),
      // ssh fills in %h and %p itself.
      ...(proxyCommand !== undefined && { ProxyCommand: proxyCommand }),
    }),
    ...identities.flatMap((path) => ["-i", placed(path, programDir)]),
    ...(proxyJump === undefined ? [] : ["-J", proxyJump]),
  ];
}

/** ssh starts KnownHostsCommand without a shell; %H is the name it looks for, with the port where that is not 22. */
function pinning({ type, base64 }: FullKey): string[] {
  return options({
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: "none",
    GlobalKnownHostsFile: "none",
    VerifyHostKeyDNS: "no",
    UpdateHostKeys: "no",
    NoHostAuthenticationForLocalhost: "no",
    KnownHostsCommand: `/bin/echo %H ${type} ${base64}`,
    // RSA keys sign with SHA-2 only.
    HostKeyAlgorithms: type === "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type,
  });
}

interface FullKey {
  readonly type: string;
  readonly base64: string;
}

function fullKey(text = ""): FullKey | undefined {
  const [, type, base64] = /^([a-z0-9@.-]+) (AAAA[A-Za-z0-9+/]*=*)(?:\s|$)/.exec(text.trim()) ?? [];
  return type === undefined || base64 === undefined ? undefined : { type, base64 };
}

/** So says a host that was retired. */
function noMachine(host: string): DrayageError {
  return new DrayageError("INVALID_PROGRAM", `${host} has no machine any more`, {
    subject: `docker provider of ${host}`,
    hint: "Take its dockerProvider, and what is made by it, out of the program before the host is retired.",
  });
}

function unknownKey(host: string): DrayageError {
  return new DrayageError("INVALID_PROGRAM", `the full public key of ${host} is not known, and ssh is told no fingerprint`, {
    subject: `docker provider of ${host}`,
    hint: "Give dockerProvider the Host itself, which knows the key that it verified.",
  });
}

/** ssh itself knows where `~/` is. */
function placed(path: string, programDir: string): string {
  return isAbsolute(path) || path === "~" || path.startsWith("~/") ? path : resolve(programDir, path);
}

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}
