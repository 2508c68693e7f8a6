import type { HostFacts } from "./receipt";
import type { ReceiptHost } from "./receipt-request";

export async function hostFacts({ docker, machineId, address }: ReceiptHost, clockOffsetMs: number): Promise<HostFacts> {
  const info = await docker.info();
  return {
    ...(address !== undefined && { address }),
    machineId,
    engineId: info.id,
    engine: info.version,
    api: info.apiVersion,
    os: info.os,
    arch: info.arch,
    kernel: info.kernel,
    cgroup: info.cgroupVersion,
    storageDriver: info.storageDriver,
    imageStore: info.imageStore,
    securityOptions: [...info.securityOptions].sort(),
    cpus: info.cpus,
    memoryBytes: info.memoryBytes,
    // JSON knows no -0.
    clockOffsetMs: clockOffsetMs || 0,
  };
}
