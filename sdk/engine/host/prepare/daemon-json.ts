/** daemon.json as it is and as it should be. Keys that nobody named stay as they are found. Pure. */
import { DrayageError } from "../../../spec/drayage-error";
import type { Json, PrepareSpec } from "../../../spec/prepare";

type Daemon = Readonly<Record<string, Json>>;

/** Folder of the data disk that is Docker's. */
export const dataRootOf = ({ dataDisk }: PrepareSpec): string | undefined => dataDisk && `${dataDisk.mountPoint}/docker`;

/** The keys that a program decides. */
export function wantedDaemon(spec: PrepareSpec): Daemon {
  const dataRoot = dataRootOf(spec);
  return {
    ...spec.daemon,
    "log-driver": spec.logging.driver,
    "log-opts": { ...spec.logging.options },
    "live-restore": spec.liveRestore,
    "default-address-pools": spec.addressPools.map(({ base, size }) => ({ base, size })),
    ...(dataRoot === undefined ? {} : { "data-root": dataRoot }),
  };
}

/** @throws HOST_UNSUPPORTED when the file is there and is no JSON object: what it was meant to say must not be lost. */
export function readDaemonJson(host: string, text: string | undefined): Daemon {
  const parsed = text === undefined || text.trim() === "" ? {} : parse(text);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Daemon;
  throw new DrayageError("HOST_UNSUPPORTED", `/etc/docker/daemon.json of ${host} is no JSON object`, {
    subject: host,
    hint: "Correct it there, or move it away: a new one is written then.",
  });
}

export interface DaemonChange {
  /** The whole file. */
  readonly text: string;
  /** What differs: `log-opts.max-size is "50m"`, `live-restore missing`, `proxies.http-proxy differs`. */
  readonly causes: readonly string[];
}

/** Undefined when all is as wanted. */
export function changeDaemonJson(found: Daemon, wanted: Daemon): DaemonChange | undefined {
  const kept = withoutListeners(found);
  const causes = [
    ...Object.keys(wanted).flatMap((key) => differences(key, found[key], wanted[key])),
    ...(kept === found ? [] : ["hosts opens the engine on TCP without TLS"]),
  ];
  return causes.length === 0 ? undefined : { text: `${JSON.stringify({ ...kept, ...wanted }, undefined, 2)}\n`, causes };
}

/** A listener that anybody can use is as good as root for anybody; one that checks certificates is the user's decision. */
function withoutListeners(found: Daemon): Daemon {
  const { hosts, ...rest } = found;
  if (!Array.isArray(hosts) || found.tlsverify === true) return found;
  const safe = hosts.filter((entry) => !String(entry).startsWith("tcp://"));
  if (safe.length === hosts.length) return found;
  return safe.length === 0 ? rest : { ...rest, hosts: safe };
}

function differences(path: string, is: Json | undefined, wanted: Json | undefined): string[] {
  if (is === undefined) return [`${path} missing`];
  if (isObject(is) && isObject(wanted)) {
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(is)])];
    return keys.flatMap((key) =>
      wanted[key] === undefined ? [`${path}.${key} is set`] : differences(`${path}.${key}`, is[key], wanted[key]),
    );
  }
  if (canonical(is) === canonical(wanted)) return [];
  return [told.test(path) ? `${path} is ${JSON.stringify(is)}` : `${path} differs`];
}

/** What it was is told of these; of others (proxies, options of log drivers) the value may be a secret, and a cause is printed and saved. */
const told = /^(log-driver|log-opts\.max-(size|file)|live-restore|default-address-pools|data-root)$/;

const isObject = (value: Json | undefined): value is Daemon =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const canonical = (value: Json | undefined): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
