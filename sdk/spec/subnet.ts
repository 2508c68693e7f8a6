/** IPv4 subnets as number ranges. */
export interface Subnet {
  /** First address, as an unsigned 32-bit number. */
  readonly first: number;
  readonly prefix: number;
}

/** `10.213.0.0/16`; undefined when it is no IPv4 subnet, has bits behind the prefix, or is no private one of at least 8 addresses. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((byte) => byte > 255) || prefix < 8 || prefix > 29) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

export function formatSubnet({ first, prefix }: Subnet): string {
  return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join(".")}/${prefix}`;
}

export function subnetsOverlap(a: Subnet, b: Subnet): boolean {
  return a.first < b.first + sizeOf(b.prefix) && b.first < a.first + sizeOf(a.prefix);
}

/** The subnets of `prefix` that a range consists of, in order. */
export function* cutSubnets(range: Subnet, prefix: number): Generator<Subnet> {
  const size = sizeOf(prefix);
  for (let first = range.first; first < range.first + sizeOf(range.prefix); first += size) yield { first, prefix };
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}
