/** The hosts of a run. Opened once each, whoever asks; measured once; clones found out. */
import type { Connection, ConnectionSpec } from "../engine/connection/connection";
import { withKeyPaths } from "../engine/connection/key-paths";
import type { DockerEngine } from "../engine/docker/docker-engine";
import type { HostHandle } from "../engine/host/host-handle";
import { type MeasuredHost, measureHost } from "../engine/host/measure-host";
import type { RecordStore } from "../engine/record/record-store";
import { DrayageError } from "../spec/drayage-error";
import type { HostRefSpec } from "../spec/host";
import { isUnknown } from "../spec/unknown";
import type { DeclaredHost, Hosts } from "./engine-doors";

export interface HostPoolParts {
  connect(host: string, spec: ConnectionSpec): Promise<Connection>;
  /** The next `connect` logs in anew, whatever came of the last one. */
  renew(host: string, spec: ConnectionSpec): Promise<void>;
  openDocker(host: string, socketPath: string): DockerEngine | Promise<DockerEngine>;
  openRecord(docker: DockerEngine): RecordStore | Promise<RecordStore>;
  readMachineId(docker: DockerEngine): Promise<string>;
  /** For `~/`. */
  readonly home: string;
}

export interface HostPool extends Hosts {
  /** Each host that was asked for so far, as soon as it is reached. */
  whenReached(act: (host: HostHandle) => void): void;
}

type Ref = Parameters<Hosts["open"]>[0];

export function createHostPool(parts: HostPoolParts): HostPool {
  const handles = new Map<string, Promise<HostHandle>>();
  const known = new Map<string, HostRefSpec>();
  const machines = new Map<string, HostHandle>();
  const declared = new Map<string, DeclaredHost>();

  const placeOf = (ref: Ref, base: string) => {
    const spec = withKeyPaths(ref.connection, base, parts.home);
    const given = Object.entries(spec).filter(([, value]) => value !== undefined);
    return { spec, key: JSON.stringify([ref.name, given.sort()]) };
  };
  const openNew = async (ref: Ref, spec: ConnectionSpec): Promise<HostHandle> => {
    const connection = await parts.connect(ref.name, spec);
    const docker = await parts.openDocker(ref.name, connection.socketPath);
    const record = await parts.openRecord(docker);
    const measured = await measure(docker, ref, parts);
    const traits = () => declared.get(ref.name)?.traits ?? ref.traits;
    const handle = { name: ref.name, connection, docker, record, measured, traits };
    refuseClone(handle, machines);
    return handle;
  };
  return {
    awaited: new Set(),
    open(ref, base) {
      const { spec, key } = placeOf(ref, base);
      // A failure is kept as well: a dead host costs one dial, not one for each of its workloads.
      const handle = handles.get(key) ?? openNew(ref, spec);
      handles.set(key, handle);
      handle.catch(() => undefined);
      return handle;
    },
    async forget(ref, base) {
      const { spec, key } = placeOf(ref, base);
      handles.delete(key);
      await parts.renew(ref.name, spec);
    },
    know(ref) {
      if (ref.engineId !== "" && !isUnknown(ref.engineId)) known.set(`${ref.machineId} ${ref.engineId}`, ref);
    },
    find: ({ machineId, engineId, host }) =>
      known.get(`${machineId} ${engineId}`) ??
      [...known.values()].find((ref) => ref.engineId === engineId || (ref.name === host && ref.machineId === machineId)),
    declare: (host) => void declared.set(host.name, host),
    declared: () => [...declared.values()],
    whenReached(act) {
      for (const handle of handles.values()) handle.then(act, () => undefined);
    },
    async opened() {
      const settled = await Promise.allSettled(handles.values());
      return settled.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
    },
  };
}

/** The machine's id costs a container; where the engine is the one of the state, the state has it. */
async function measure(docker: DockerEngine, ref: Ref, parts: HostPoolParts): Promise<MeasuredHost> {
  const { id } = await docker.info();
  const remembered = ref.engineId === id && ref.machineId !== undefined && ref.machineId !== "" && !isUnknown(ref.machineId);
  return measureHost(docker, remembered ? ref.machineId : await parts.readMachineId(docker));
}

function refuseClone(handle: HostHandle, machines: Map<string, HostHandle>): void {
  const { machineId, engineId } = handle.measured;
  const identity = `${machineId} ${engineId}`;
  const other = machines.get(identity);
  const key = handle.connection.hostKey;
  if (other !== undefined && key !== undefined && other.connection.hostKey !== undefined && other.connection.hostKey !== key) {
    throw new DrayageError(
      "HOST_CLONED",
      `has the machine id and engine id of ${other.name}, but another host key: one is a clone of the other`,
      {
        subject: handle.name,
        hint: `On the clone: sudo sh -c 'rm -f /etc/machine-id /var/lib/docker/engine-id /etc/docker/key.json && systemd-machine-id-setup && systemctl restart docker'`,
      },
    );
  }
  machines.set(identity, handle);
}
