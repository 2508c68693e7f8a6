/**
 * What a container really is, from inspect, in the words of the program: names, ids and addresses that belong to one host are
 * replaced by what they stand for, so that two hosts that run it alike give equal values. Pure.
 */
import type { ContainerInspect } from "../docker/docker-engine";
import { observedLimits } from "./observed-limits";
import { observedMounts } from "./observed-mounts";
import type { Configuration } from "./receipt";

/** What Docker's names on this host stand for in the program. */
export interface HostNames {
  /** Docker's name of a volume → what it is. A volume that is not here is somebody else's and keeps its name. */
  readonly volumes: Readonly<Record<string, VolumeRole>>;
  /** Docker's name of a network → the program's. */
  readonly networks: Readonly<Record<string, string>>;
  /** Container id → service, for networks that are shared. */
  readonly services: Readonly<Record<string, string>>;
  /** Variables whose values are secret: kept out. */
  readonly secretVariables: readonly string[];
}

export interface VolumeRole {
  readonly kind: "volume" | "secrets" | "configs";
  /** The program's name of a data volume. */
  readonly name: string;
  readonly mountpoint: string;
}

const NANO_PER_MS = 1_000_000;

export function observedConfiguration(inspect: ContainerInspect, names: HostNames): Configuration {
  const { Config: config, HostConfig: host } = inspect;
  const mode = networkModeOf(inspect, names);
  return {
    user: config.User,
    workingDir: config.WorkingDir,
    command: config.Cmd,
    entrypoint: config.Entrypoint,
    environment: environmentOf(config.Env, names.secretVariables),
    labels: foreignLabels(config.Labels),
    // Elsewhere Docker puts the host's or the other container's.
    ...(mode === undefined && { hostname: config.Hostname, domainName: config.Domainname }),
    stopSignal: (config as { StopSignal?: string }).StopSignal ?? "SIGTERM",
    stopSeconds: (config as { StopTimeout?: number }).StopTimeout ?? 10,
    healthcheck: healthcheckOf(config.Healthcheck),
    exposed: Object.keys(config.ExposedPorts ?? {}).sort(),
    tty: config.Tty,
    openStdin: config.OpenStdin,
    ports: portsOf(host.PortBindings as PortBindings),
    networkMode: mode,
    networks: networksOf(inspect, names),
    mounts: observedMounts(inspect, names.volumes),
    ...observedLimits(host),
  };
}

function environmentOf(variables: readonly string[] | undefined, secret: readonly string[]): Record<string, string> {
  const pairs = (variables ?? []).map((text): [string, string] => {
    const end = text.indexOf("=");
    return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
  });
  return Object.fromEntries(pairs.filter(([name]) => !secret.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Ours say which workload of which stack it is. */
function foreignLabels(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !key.startsWith("dev.drayage.")));
}

function healthcheckOf(check: ContainerInspect["Config"]["Healthcheck"]): Record<string, unknown> | undefined {
  if (check?.Test === undefined || check.Test.length === 0) return undefined;
  const ms = (nano: number | undefined): number => (nano ?? 0) / NANO_PER_MS;
  return {
    test: check.Test,
    intervalMs: ms(check.Interval) || 30_000,
    timeoutMs: ms(check.Timeout) || 30_000,
    startPeriodMs: ms(check.StartPeriod),
    retries: check.Retries || 3,
  };
}

type PortBindings = Readonly<Record<string, readonly { HostIp?: string; HostPort?: string }[] | null>> | undefined;

/** `8080:80/tcp` → the address it is bound to, "" for all. */
function portsOf(bindings: PortBindings): Record<string, string> {
  const all = Object.entries(bindings ?? {}).flatMap(([target, list]) =>
    (list ?? []).map(({ HostIp, HostPort }): [string, string] => [`${HostPort}:${target}`, HostIp ?? ""]),
  );
  return Object.fromEntries(all.sort());
}

/** Undefined: networks of its own. */
function networkModeOf({ HostConfig }: ContainerInspect, names: HostNames): string | undefined {
  const mode = HostConfig.NetworkMode ?? "";
  if (mode === "host" || mode === "none") return mode;
  if (!mode.startsWith("container:")) return undefined;
  return `service:${names.services[mode.slice("container:".length)] ?? "?"}`;
}

/** The program's name of a network → names of the container there, without its own id, which Docker adds. */
function networksOf({ Id, NetworkSettings }: ContainerInspect, names: HostNames): Record<string, unknown> {
  const joined = Object.entries(NetworkSettings.Networks ?? {}).filter(([name]) => name !== "host" && name !== "none");
  return Object.fromEntries(
    joined.map(([dockerName, endpoint]): [string, unknown] => {
      const given: readonly string[] = endpoint?.Aliases ?? [];
      const aliases = given.filter((alias) => alias.length < 12 || !Id.startsWith(alias));
      return [names.networks[dockerName] ?? dockerName, { aliases: [...new Set(aliases)].sort() }];
    }),
  );
}
