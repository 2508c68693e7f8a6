/** How bytes reach a daemon. Whoever holds a Connection needs to know nothing else about the host's address or keys. */
import type { Shell } from "./shell";

export interface LocalConnectionSpec {
  readonly kind: "local";
  /** Path of the engine's unix socket. Default: DOCKER_HOST when it is a unix address, else /var/run/docker.sock. */
  readonly socket?: string | undefined;
}

export interface SshConnectionSpec {
  readonly kind: "ssh";
  /** Host name, IP address, or an alias of the user's ssh configuration. */
  readonly address: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Path of a private key, or of several in the order to try. Default: what ssh configuration and agent offer. */
  readonly identityFile?: string | readonly string[] | undefined;
  /** `SHA256:…` or a full public key `ssh-ed25519 AAAA…`. Default: the user's known_hosts decides. */
  readonly hostKey?: string | undefined;
  /** `user@bastion:22`, as ssh's ProxyJump. Default: ssh configuration. */
  readonly proxyJump?: string | undefined;
  /** Command whose standard input and output lead to the host's sshd, as ssh's ProxyCommand. */
  readonly proxyCommand?: string | undefined;
  /** Path of the Docker socket on the host. Default /var/run/docker.sock. */
  readonly socket?: string | undefined;
}

export type ConnectionSpec = LocalConnectionSpec | SshConnectionSpec;

export interface Connection {
  /** The program's name for the host; used in every message. */
  readonly host: string;
  readonly spec: ConnectionSpec;
  /** A unix socket on this machine that speaks the host's Docker API. */
  readonly socketPath: string;
  /** The full public key that was verified, `ssh-ed25519 AAAA…`; undefined for a local socket. */
  readonly hostKey: string | undefined;
  /** Makes a loopback TCP port of this machine reachable on the host's loopback; yields the port there. */
  forwardBack(localPort: number): Promise<{ readonly port: number; close(): Promise<void> }>;
  /** Whether the bytes of the connection still flow; a broken one is dialled again by `pool.connect`. */
  alive(): Promise<boolean>;
}

/** One connection per host and run. A host that did not answer is not dialled a second time by the same pool. */
export interface ConnectionPool {
  /** @throws DrayageError HOST_* PERMISSION_DENIED DOCKER_* */
  connect(host: string, spec: ConnectionSpec): Promise<Connection>;
  /**
   * A shell on a host that may have no engine yet, over the master that `connect` uses too. A failure is not kept, but what `connect`
   * failed to reach is not dialled again.
   * @throws HOST_* PERMISSION_DENIED
   */
  openShell(host: string, spec: SshConnectionSpec): Promise<Shell>;
  /**
   * Forgets what `connect` made or failed to make, and lets the next connection log in anew: groups of the user count from then on.
   * What others do over the old login goes on.
   */
  renew(host: string, spec: SshConnectionSpec): Promise<void>;
  /** Forgets the pool's sockets; ssh masters stay for a while so that the next run is quick, unless `masters` is true. */
  close(options?: { masters?: boolean }): Promise<void>;
}
