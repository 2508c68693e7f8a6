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

function isWord(text: string): boolean {
  return /^[^\s-]\S*$/.test(text);
}
