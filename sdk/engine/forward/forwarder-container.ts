/**
 * The forwarder: the mover in one container of ours, on the ports that the services of a workload had on a host it has left. It
 * starts again with its host, and goes when it is told to. It decides nothing.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { shortIdentity } from "../../spec/docker-names";
import type { ContainerBody, ContainerSummary, DockerEngine } from "../docker/docker-engine";
import { withMoverImage } from "../host/mover-container";
import { label } from "../labels";
import type { Owner } from "../record/host-record";

export interface Forwarding {
  /** Dialled for each connection. */
  readonly address: string;
  /** Published here, dialled there. */
  readonly ports: readonly number[];
}

export interface ObservedForwarder {
  readonly id: string;
  readonly dockerName: string;
  readonly running: boolean;
  /** What the label says it was made from; undefined when nobody can read it. */
  readonly made: Forwarding | undefined;
}

/** The workload it forwards for. */
export interface ForwardedWorkload {
  readonly name: string;
  readonly identity: string;
  readonly owner: Owner;
}

export const forwarderKind = "forwarder";

type Engine = Pick<
  DockerEngine,
  "listContainers" | "createContainer" | "removeContainer" | "setRestartPolicy" | "startContainer"
>;

/** Made and not started: nothing here can start by itself, also after a reboot, before `startForwarder` has said so. */
export async function createForwarder(docker: DockerEngine, of: ForwardedWorkload, forwarding: Forwarding): Promise<string> {
  const { same, others } = await existing(docker, of.identity, forwarding);
  for (const { id } of others) await docker.removeContainer(id, { force: true });
  return same?.id ?? withMoverImage(docker, {}, (image) => docker.createContainer(nameOf(of), bodyOf(image, of, forwarding)));
}

/** Whatever was there before. That it runs says that it starts again with its host. */
export async function startForwarder(docker: DockerEngine, of: ForwardedWorkload, forwarding: Forwarding): Promise<void> {
  const id = await createForwarder(docker, of, forwarding);
  await docker.setRestartPolicy(id, { Name: "unless-stopped" });
  await docker.startContainer(id);
}

export async function removeForwarders(docker: Engine, identity: string): Promise<void> {
  const found = await docker.listContainers({ label: [`${label.identity}=${identity}`, `${label.kind}=${forwarderKind}`] });
  await Promise.all(found.map(({ Id }) => docker.removeContainer(Id, { force: true })));
}

/** Of one workload, out of a list of containers of ours. */
export function observedForwarders(summaries: readonly ContainerSummary[], identity: string): ObservedForwarder[] {
  return summaries
    .filter(({ Labels }) => Labels[label.identity] === identity && Labels[label.kind] === forwarderKind)
    .map(observedForwarder);
}

function observedForwarder({ Id, Names, State, Labels }: ContainerSummary): ObservedForwarder {
  const dockerName = (Names[0] ?? Id).replace(/^\//, "");
  return { id: Id, dockerName, running: State === "running", made: parsed(Labels[label.spec]) };
}

async function existing(docker: Engine, identity: string, forwarding: Forwarding) {
  const found = await docker.listContainers({ label: [`${label.identity}=${identity}`, `${label.kind}=${forwarderKind}`] });
  const observed = found.map(observedForwarder);
  const same = observed.find(({ made }) => isDeepStrictEqual(made, plain(forwarding)));
  return { same, others: observed.filter((one) => one !== same) };
}

/** Inside it listens where nobody needs a privilege to; the host's ports lead there. */
const firstListening = 20_000;
const unprivileged = "65534:65534";

function bodyOf(image: string, { name, identity, owner }: ForwardedWorkload, forwarding: Forwarding): ContainerBody {
  const listening = forwarding.ports.map((port, index) => ({ port, inside: firstListening + index }));
  return {
    Image: image,
    Cmd: ["forward", "--to", forwarding.address, ...listening.map(({ port, inside }) => `${inside}=${port}`)],
    User: unprivileged,
    Labels: {
      [label.kind]: forwarderKind,
      [label.identity]: identity,
      [label.workload]: name,
      [label.stackUid]: owner.stackUid,
      [label.project]: owner.project,
      [label.stack]: owner.stack,
      [label.spec]: JSON.stringify(plain(forwarding)),
    },
    ExposedPorts: Object.fromEntries(listening.map(({ inside }) => [`${inside}/tcp`, {}])),
    HostConfig: {
      PortBindings: Object.fromEntries(
        listening.map(({ port, inside }) => [`${inside}/tcp`, [{ HostIp: "", HostPort: String(port) }]]),
      ),
      NetworkMode: "bridge",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      PidsLimit: 256,
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
    },
  };
}

function nameOf({ name, identity }: ForwardedWorkload): string {
  return `${name}-${shortIdentity(identity)}-forward`;
}

function plain({ address, ports }: Forwarding): Forwarding {
  return { address, ports: [...ports] };
}

const madeFrom = z.object({ address: z.string(), ports: z.array(z.int()) });

function parsed(json: string | undefined): Forwarding | undefined {
  try {
    return madeFrom.safeParse(JSON.parse(json ?? "")).data;
  } catch {
    return undefined;
  }
}
