import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { ContainerBody, DockerEngine } from "../engine/docker/docker-engine";
import { DrayageError } from "../spec/drayage-error";
import type { KeyPair } from "./key-pair";
import { labLabels } from "./lab-labels";

export interface LabContainer {
  readonly lab: { readonly id: string; readonly networkId: string };
  readonly containerName: string;
  /** Host name inside, and the name by which the other hosts of the lab find it. */
  readonly hostName: string;
  readonly image: string;
  readonly address: string;
  /** Becomes /var/lib/docker: an engine cannot keep its layers on another engine's overlay. */
  readonly volume: string;
  /** A tar of what the host finds on its disk at its first start. */
  readonly files: Buffer;
  /** Size of a spare disk, /dev/lab-disk, as `truncate` takes it. Default none. */
  readonly spareDisk?: string;
}

/**
 * Creates and starts the container behind a lab host. Privileged where the engine can; some machines lack a capability that
 * `--privileged` asks for, and there the list below is enough.
 */
export async function startLabContainer(
  docker: DockerEngine,
  host: LabContainer,
  /** When it is known what this engine can: without the attempt. */
  privileged?: boolean,
): Promise<{ id: string; privileged: boolean }> {
  if (privileged !== undefined) return { id: await createAndStart(docker, host, privileged), privileged };
  try {
    return { id: await createAndStart(docker, host, true), privileged: true };
  } catch (error) {
    if (!(error instanceof DrayageError) || !/unable to apply caps|operation not permitted/i.test(error.message)) throw error;
  }
  return { id: await createAndStart(docker, host, false), privileged: false };
}

async function createAndStart(docker: DockerEngine, host: LabContainer, privileged: boolean): Promise<string> {
  const id = await docker.createContainer(host.containerName, containerBody(host, privileged));
  try {
    await docker.putArchive(id, "/", host.files);
    await docker.startContainer(id);
    return id;
  } catch (error) {
    await docker.removeContainer(id, { force: true });
    throw error;
  }
}

/** What a container needs to be as good as a machine. */
export function containerPower(privileged: boolean): NonNullable<ContainerBody["HostConfig"]> {
  if (privileged) return { Privileged: true };
  return { CapAdd: capabilities, SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"], DeviceCgroupRules: ["a *:* rwm"] };
}

const capabilities = [
  "SYS_ADMIN",
  "NET_ADMIN",
  "SYS_PTRACE",
  "MKNOD",
  "SYS_MODULE",
  "DAC_READ_SEARCH",
  "LINUX_IMMUTABLE",
  "SYS_NICE",
  "IPC_LOCK",
  "AUDIT_CONTROL",
];

function containerBody(host: LabContainer, privileged: boolean): ContainerBody {
  const hostConfig = {
    ...containerPower(privileged),
    // What the inner engine and systemd make lies below the container's own cgroup, so killing a host leaks nothing.
    CgroupnsMode: "private",
    Tmpfs: { "/run": "exec,mode=755", "/run/lock": "" },
    Mounts: [{ Type: "volume" as const, Source: host.volume, Target: "/var/lib/docker" }],
    RestartPolicy: { Name: "no" },
  };
  const endpoint = { IPAMConfig: { IPv4Address: host.address }, Aliases: [host.hostName] };
  return {
    Image: host.image,
    Hostname: host.hostName,
    // systemd looks for this to learn that it is in a container.
    Env: ["container=docker", ...(host.spareDisk === undefined ? [] : [`LAB_DISK=${host.spareDisk}`])],
    Labels: labLabels(host.lab.id),
    HostConfig: hostConfig,
    NetworkingConfig: { EndpointsConfig: { [host.lab.networkId]: endpoint } },
  };
}

/** Keys reach the host as files of an archive: they appear in no argument, environment or image layer. */
export function keysTar(hostKeys: KeyPair, authorizedKey: string): Promise<Buffer> {
  const tar = pack();
  const deploy = { uid: 1000, gid: 1000, uname: "deploy", gname: "deploy" };
  tar.entry({ name: "etc/ssh/ssh_host_ed25519_key", mode: 0o600 }, hostKeys.privateKey);
  tar.entry({ name: "etc/ssh/ssh_host_ed25519_key.pub", mode: 0o644 }, `${hostKeys.publicKey}\n`);
  tar.entry({ name: "home/deploy/.ssh", type: "directory", mode: 0o700, ...deploy });
  tar.entry({ name: "home/deploy/.ssh/authorized_keys", mode: 0o600, ...deploy }, `${authorizedKey}\n`);
  tar.finalize();
  return buffer(tar);
}
