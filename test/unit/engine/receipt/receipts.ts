/** A receipt of a small shop, and what a test changes of it. */
import type { HostFacts, Receipt, ReplicaReceipt, WorkloadReceipt } from "../../../../sdk/engine/receipt/receipt";

export const hostFacts: HostFacts = {
  address: "10.0.0.1",
  machineId: "machine",
  engineId: "engine",
  engine: "20.10.24",
  api: "1.41",
  os: "linux",
  arch: "amd64",
  kernel: "6.1.0",
  cgroup: "2",
  storageDriver: "overlay2",
  imageStore: "graphdriver",
  securityOptions: ["name=seccomp,profile=default"],
  cpus: 2,
  memoryBytes: 8e9,
  clockOffsetMs: 0,
};

export const replica: ReplicaReceipt = {
  replica: 1,
  containerId: "c1",
  startedAt: "2026-01-01T00:00:00Z",
  image: { identity: "cafe.0123", configDigest: "sha256:cafe", layers: ["sha256:1", "sha256:2"], platform: "linux/amd64" },
  configuration: { user: "app", environment: { LOG: "info" }, ports: { "80:80/tcp": "" }, cgroupNamespace: "private" },
  state: "running",
  health: "healthy",
};

export const workload: WorkloadReceipt = {
  identity: "i1",
  host: "rack",
  services: {
    api: {
      replicas: [replica],
      secrets: { pg: { hash: "aaaaaaaaaaaa", mode: "0400", owner: "0:0" } },
      configs: { "/etc/app": "d1" },
    },
  },
  volumes: {
    data: {
      dockerName: "shop-i1-data",
      usedBy: ["api"],
      data: { kind: "bytes", hash: "f".repeat(64), files: 1, bytes: 3, changing: [] },
    },
  },
  networks: { default: { internal: false } },
};

export const receipt: Receipt = {
  schemaVersion: 1,
  kind: "receipt",
  takenAt: "2026-01-01T00:00:00.000Z",
  project: "shop",
  stack: "dev",
  secretsKey: "k1",
  hosts: { rack: hostFacts },
  workloads: { shop: workload },
};

/** The same thing on another machine: everything that may differ does. */
export function elsewhere(
  change: Partial<WorkloadReceipt> = {},
  facts: Partial<HostFacts> = {},
  own: Partial<Receipt> = {},
): Receipt {
  const host = {
    ...hostFacts,
    address: "203.0.113.7",
    machineId: "other",
    engineId: "else",
    cpus: 8,
    memoryBytes: 9e9,
    ...facts,
  };
  const moved: WorkloadReceipt = {
    ...workload,
    identity: "i2",
    host: "cloud",
    services: {
      api: { ...workload.services.api, replicas: [{ ...replica, containerId: "c2", startedAt: "2026-02-02T00:00:00Z" }] },
    } as never,
    volumes: { data: { ...workload.volumes.data, dockerName: "shop-i2-data" } } as never,
    ...change,
  };
  return { ...receipt, takenAt: "2026-03-03T00:00:00.000Z", hosts: { cloud: host }, workloads: { shop: moved }, ...own };
}

export function withReplica(change: Partial<ReplicaReceipt>): Partial<WorkloadReceipt> {
  return { services: { api: { ...workload.services.api, replicas: [{ ...replica, ...change }] } } as never };
}
