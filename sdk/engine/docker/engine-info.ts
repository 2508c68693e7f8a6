/** What an engine says of itself, in our words. */
import type { EngineInfo } from "./docker-engine";
import type { DockerHttp, EngineVersion } from "./docker-http";

/** The parts of `GET /info` that are read. */
export interface InfoReply {
  readonly ID: string;
  readonly Name: string;
  readonly Driver: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly DockerRootDir: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupVersion?: string;
  /** `Debian GNU/Linux 12 (bookworm)`. */
  readonly OperatingSystem?: string;
  readonly OSVersion?: string;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly LiveRestoreEnabled: boolean;
  readonly SecurityOptions?: readonly string[] | null;
  readonly RegistryConfig?: {
    readonly InsecureRegistryCIDRs?: readonly string[] | null;
    readonly IndexConfigs?: Readonly<Record<string, { readonly Secure?: boolean }>> | null;
  } | null;
}

export async function readEngineInfo(http: DockerHttp): Promise<EngineInfo> {
  const [info, version] = await Promise.all([
    http.json<InfoReply>({ method: "GET", path: "/info", action: "read info" }),
    http.version(),
  ]);
  return engineInfo(info, version);
}

export function engineInfo(info: InfoReply, version: EngineVersion): EngineInfo {
  const snapshotter = info.DriverStatus?.some(
    ([name, value]) => name === "driver-type" && value.startsWith("io.containerd.snapshotter"),
  );
  return {
    id: info.ID,
    name: info.Name,
    version: version.Version,
    apiVersion: version.ApiVersion,
    minApiVersion: version.MinAPIVersion,
    os: version.Os,
    osName: info.OperatingSystem ?? version.Os,
    osVersion: info.OSVersion ?? "",
    arch: version.Arch,
    kernel: version.KernelVersion,
    storageDriver: info.Driver,
    imageStore: snapshotter ? "containerd" : "graphdriver",
    rootDir: info.DockerRootDir,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    cgroupVersion: info.CgroupVersion ?? "1",
    gpuRuntime: Object.hasOwn(info.Runtimes ?? {}, "nvidia"),
    liveRestore: info.LiveRestoreEnabled,
    securityOptions: info.SecurityOptions ?? [],
    insecureRegistries: insecureRegistries(info),
  };
}

function insecureRegistries({ RegistryConfig: config }: InfoReply): string[] {
  const named = Object.entries(config?.IndexConfigs ?? {}).filter(([, { Secure }]) => Secure === false);
  return [...named.map(([name]) => name), ...(config?.InsecureRegistryCIDRs ?? [])];
}
