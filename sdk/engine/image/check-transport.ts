/** An engine that may do without TLS for a registry sends credentials in clear or to anybody: only where the program says so. */
import { BlockList, isIP } from "node:net";
import { DrayageError } from "../../spec/drayage-error";

export interface TransportCheck {
  readonly host: string;
  readonly registry: string;
  /** Of the engine: names and address ranges. */
  readonly insecureRegistries: readonly string[];
  /** What the program says. */
  readonly insecure: boolean;
}

/** @throws REGISTRY_INSECURE */
export function checkTransport({ host, registry, insecureRegistries, insecure }: TransportCheck): void {
  if (insecure || !allowsInsecure(registry, insecureRegistries)) return;
  throw new DrayageError(
    "REGISTRY_INSECURE",
    `the engine of ${host} may talk to ${registry} in clear or without checking its certificate`,
    {
      subject: `registry ${registry} on ${host}`,
      hint: "Where that is meant, write insecure: true in push; else take the registry out of insecure-registries there.",
    },
  );
}

/** As the engine decides: by name with port, or by the address of the name. Only addresses that are written are looked at here. */
function allowsInsecure(registry: string, insecureRegistries: readonly string[]): boolean {
  if (insecureRegistries.includes(registry)) return true;
  const name = registry.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  const address = name === "localhost" ? "127.0.0.1" : name;
  const version = isIP(address);
  if (version === 0) return false;
  return insecureRegistries.some((range) => inRange(address, version, range));
}

function inRange(address: string, version: number, range: string): boolean {
  const [network = "", bits] = range.split("/");
  if (bits === undefined || isIP(network) !== version) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}
