/** What a firewall in front of a host lets in, as somebody wrote it: `443`, `5000-5010`, `53/udp`. */
import type { PortSpec } from "./port";
import { leaf, type Reader } from "./read";

/** Docker's words for a port or a range of them; tcp unless it says otherwise. Ports from 1 to 65535. */
export const openPort: Reader<string> = leaf("a port such as '443', '5000-5010' or '53/udp'", (value) =>
  typeof value === "string" && parsed(value) !== undefined ? value : undefined,
);

export function isOpen(openPorts: readonly string[], { published, protocol }: Pick<PortSpec, "published" | "protocol">): boolean {
  return openPorts.some((written) => {
    const range = parsed(written);
    return range !== undefined && range.protocol === protocol && range.from <= published && published <= range.to;
  });
}

function parsed(written: string): { from: number; to: number; protocol: string } | undefined {
  const [, first, last = first, protocol = "tcp"] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(written) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return from >= 1 && from <= to && to <= 65_535 ? { from, to, protocol } : undefined;
}
