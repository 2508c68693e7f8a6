/** A host: one Docker engine we reach over SSH or a local socket. */
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
