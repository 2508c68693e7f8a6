/**
 * From a wanted container to what Docker's create call takes: a mapping, nothing else. A new container never restarts by
 * itself (its policy is set after its gate), and joins its first network only; the others are joined before it starts.
 */
import type { ServiceSpec } from "../../spec/service-spec";
import type { ContainerBody } from "../docker/docker-engine";
import { containerMounts, type VolumePlaces } from "./container-mounts";
import type { DockerHealthcheck, WantedContainer } from "./wanted-container";

export interface BodyFacts {
  /** What supply gave: a container runs exactly this. */
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stopGracePeriodMs: number;
  readonly volumes: VolumePlaces;
  /** Values of secrets that the program wants as variables. */
  readonly secretEnvironment: Readonly<Record<string, string>>;
  /** The container whose network is shared, for `networkMode: service`. */
  readonly networkOf?: string;
  /** Names on the first network; none while another container serves under them. */
  readonly aliases: readonly string[];
}

const NANO = 1_000_000_000;
const NANO_PER_MS = 1_000_000;

export function containerBody(wanted: WantedContainer, facts: BodyFacts): ContainerBody {
  const [network] = wanted.networks;
  const shares = wanted.networkMode?.kind === "service" || wanted.networkMode?.kind === "host";
  return {
    Image: facts.imageId,
    ...(!shares && { Hostname: wanted.hostname }),
    ...(wanted.user !== undefined && { User: wanted.user }),
    ...(wanted.workingDir !== undefined && { WorkingDir: wanted.workingDir }),
    ...(wanted.command && { Cmd: [...wanted.command] }),
    ...(wanted.entrypoint && { Entrypoint: [...wanted.entrypoint] }),
    ...(wanted.stopSignal !== undefined && { StopSignal: wanted.stopSignal }),
    StopTimeout: Math.ceil(facts.stopGracePeriodMs / 1000),
    Env: environment({ ...wanted.environment, ...facts.secretEnvironment }),
    Labels: { ...wanted.labels, ...facts.labels },
    ...(wanted.healthcheck && { Healthcheck: healthcheck(wanted.healthcheck) }),
    ExposedPorts: Object.fromEntries(wanted.ports.map((port) => [`${port.target}/${port.protocol}`, {}])),
    HostConfig: hostConfig(wanted, facts),
    ...(network && {
      NetworkingConfig: {
        EndpointsConfig: { [network.dockerName]: facts.aliases.length > 0 ? { Aliases: [...facts.aliases] } : {} },
      },
    }),
  };
}

/** Under which names the service is known on a network, once it may be. */
export function networkAliases(wanted: WantedContainer, dockerName: string): string[] {
  const join = wanted.networks.find((candidate) => candidate.dockerName === dockerName);
  return join ? [...new Set([wanted.service, ...join.aliases])] : [];
}

export function restartPolicy(restart: ServiceSpec["restart"]): { Name: string; MaximumRetryCount: number } {
  return { Name: restart.name, MaximumRetryCount: restart.name === "on-failure" ? restart.maximumRetries : 0 };
}

function hostConfig(wanted: WantedContainer, facts: BodyFacts): NonNullable<ContainerBody["HostConfig"]> {
  return {
    NetworkMode: networkMode(wanted, facts),
    RestartPolicy: { Name: "no" },
    Mounts: containerMounts(wanted, facts.volumes),
    PortBindings: portBindings(wanted.ports),
    SecurityOpt: wanted.allowNewPrivileges ? [] : ["no-new-privileges"],
    PidsLimit: wanted.pids,
    LogConfig: { Type: wanted.logging.driver, Config: { ...wanted.logging.options } },
    Init: wanted.init,
    ReadonlyRootfs: wanted.readOnly,
    CapAdd: [...wanted.capAdd],
    CapDrop: [...wanted.capDrop],
    Ulimits: Object.entries(wanted.ulimits).map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard })),
    Sysctls: { ...wanted.sysctls },
    Devices: wanted.devices.map((device) => ({
      PathOnHost: device.host,
      PathInContainer: device.container,
      CgroupPermissions: device.permissions,
    })),
    ShmSize: wanted.shmSizeBytes,
    ExtraHosts: Object.entries(wanted.extraHosts).map(([name, address]) => `${name}:${address}`),
    ...(wanted.memoryBytes !== undefined && { Memory: wanted.memoryBytes }),
    ...(wanted.cpus !== undefined && { NanoCpus: nanoCpus(wanted.cpus) }),
    ...(wanted.gpus !== undefined && { DeviceRequests: [gpuRequest(wanted.gpus)] }),
  };
}

export function nanoCpus(cpus: number): number {
  return Math.round(cpus * NANO);
}

function networkMode(wanted: WantedContainer, facts: BodyFacts): string {
  if (wanted.networkMode?.kind === "service") return `container:${facts.networkOf}`;
  return wanted.networkMode?.kind ?? wanted.networks[0]?.dockerName ?? "none";
}

function environment(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function healthcheck({ probe, ...times }: DockerHealthcheck): NonNullable<ContainerBody["Healthcheck"]> {
  if (probe.kind === "none") return { Test: ["NONE"] };
  return {
    Test: probe.kind === "shell" ? ["CMD-SHELL", probe.script] : ["CMD", ...probe.command],
    Interval: times.intervalMs * NANO_PER_MS,
    Timeout: times.timeoutMs * NANO_PER_MS,
    Retries: times.retries,
    StartPeriod: times.startPeriodMs * NANO_PER_MS,
  };
}

function portBindings(ports: WantedContainer["ports"]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { address, published, target, protocol } of ports) {
    const key = `${target}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: address, HostPort: String(published) }];
  }
  return bindings;
}

function gpuRequest(gpus: "all" | number): { Count: number; Capabilities: string[][] } {
  return { Count: gpus === "all" ? -1 : gpus, Capabilities: [["gpu"]] };
}
