/** A host as one word, `ssh://user@host:port`, and what may follow it. Pure. */

export interface HostAddress {
  readonly address: string;
  readonly user?: string;
  readonly port?: number;
  /** Behind the host, without its first "/"; "" when there is nothing. */
  readonly rest: string;
}

/** Undefined for what is none: another scheme, no host, a password (ssh's keys and agent decide), what ssh would read as an option. */
export function parseHostAddress(written: string): HostAddress | undefined {
  if (!/^ssh:\/\//.test(written) || !URL.canParse(written)) return undefined;
  const { hostname, username, password, port, pathname, search, hash } = new URL(written);
  const [address, user] = [hostname.replace(/^\[|\]$/g, ""), decodeURIComponent(username)];
  if (password !== "" || search !== "" || hash !== "" || !isWord(address) || (user !== "" && !isWord(user))) return undefined;
  return {
    address,
    ...(user !== "" && { user }),
    ...(port !== "" && { port: Number(port) }),
    rest: decodeURIComponent(pathname).replace(/^\//, ""),
  };
}

/** The socket that DOCKER_HOST names; undefined where it names none, and where it is not set. */
export function socketInDockerHost(dockerHost: string | undefined): string | undefined {
  return /^unix:\/\/(.+)$/.exec(dockerHost ?? "")?.[1];
}

function isWord(text: string): boolean {
  return /^[^\s-]\S*$/.test(text);
}
