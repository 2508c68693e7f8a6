/** How a container is confined and limited, from inspect, in the words of the program where it has one. Pure. */
import type { ContainerInspect } from "../docker/docker-engine";

type HostConfig = ContainerInspect["HostConfig"] & {
  readonly CgroupnsMode?: string;
  readonly MaskedPaths?: readonly string[] | null;
  readonly ReadonlyPaths?: readonly string[] | null;
  readonly DeviceRequests?: readonly { readonly Count?: number; readonly Capabilities?: readonly (readonly string[])[] }[] | null;
};

/** Zero, empty and false all mean that nobody asked for it, whichever of them an engine's version tells. */
export function observedLimits(config: ContainerInspect["HostConfig"]): Record<string, unknown> {
  const host = config as HostConfig;
  const policy = host.RestartPolicy;
  return {
    restart: policy?.Name === "on-failure" ? `on-failure:${policy.MaximumRetryCount ?? 0}` : policy?.Name || "no",
    memoryBytes: host.Memory || undefined,
    memorySwapBytes: host.MemorySwap || undefined,
    memoryReservationBytes: host.MemoryReservation || undefined,
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
    cpuShares: host.CpuShares || undefined,
    cpuQuota: host.CpuQuota || undefined,
    cpuSet: host.CpusetCpus || undefined,
    pids: !host.PidsLimit || host.PidsLimit < 0 ? -1 : host.PidsLimit,
    logging: { driver: host.LogConfig?.Type, options: host.LogConfig?.Config },
    init: host.Init ?? undefined,
    readOnly: host.ReadonlyRootfs,
    privileged: host.Privileged,
    capAdd: capabilities(host.CapAdd as readonly string[] | null),
    capDrop: capabilities(host.CapDrop as readonly string[] | null),
    securityOptions: [...(host.SecurityOpt ?? [])].sort(),
    ulimits: Object.fromEntries((host.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }])),
    sysctls: host.Sysctls,
    devices: host.Devices,
    deviceRules: host.DeviceCgroupRules,
    gpus: (host.DeviceRequests ?? []).map(({ Count, Capabilities }) => ({ count: Count, capabilities: Capabilities })),
    shmSizeBytes: host.ShmSize,
    extraHosts: [...(host.ExtraHosts ?? [])].sort(),
    dns: [...(host.Dns ?? []), ...(host.DnsSearch ?? []), ...(host.DnsOptions ?? [])],
    groups: host.GroupAdd,
    processNamespace: host.PidMode || undefined,
    ipcNamespace: host.IpcMode === "private" ? undefined : host.IpcMode || undefined,
    hostnameNamespace: host.UTSMode || undefined,
    userNamespace: host.UsernsMode || undefined,
    cgroupNamespace: host.CgroupnsMode || undefined,
    cgroupParent: host.CgroupParent || undefined,
    oomScoreAdjust: host.OomScoreAdj || undefined,
    runtime: host.Runtime || undefined,
    maskedPaths: sorted(host.MaskedPaths),
    readonlyPaths: sorted(host.ReadonlyPaths),
    autoRemove: host.AutoRemove,
    publishAllPorts: host.PublishAllPorts,
  };
}

/** Engines from 23 on tell them with the prefix that one may leave out. */
function capabilities(list: readonly string[] | null | undefined): string[] {
  return (list ?? []).map((name) => name.replace(/^CAP_/, "")).sort();
}

function sorted(list: readonly string[] | null | undefined): string[] {
  return [...(list ?? [])].sort();
}
