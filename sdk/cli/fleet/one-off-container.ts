/** A container like those of a service, to run once: same image, environment, secrets, volumes and networks; no ports, no name. */
import type { ContainerBody, ContainerInspect } from "../../engine/docker/docker-engine";
import { label } from "../../engine/labels";
import type { ServiceContainer } from "./service-containers";

export interface OneOff {
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly env: readonly string[];
  readonly tty: boolean;
}

export function oneOffBody(like: ContainerInspect, service: ServiceContainer, oneOff: OneOff): ContainerBody {
  const { Config, HostConfig } = like;
  const { PortBindings: _, PublishAllPorts: __, RestartPolicy: ___, ...host } = HostConfig;
  const entrypoint = oneOff.entrypoint ?? asList(Config.Entrypoint);
  return {
    Image: like.Image,
    Cmd: oneOff.command.length > 0 ? [...oneOff.command] : asList(Config.Cmd),
    ...(entrypoint.length > 0 ? { Entrypoint: [...entrypoint] } : {}),
    Env: [...(Config.Env ?? []), ...oneOff.env],
    User: oneOff.user ?? Config.User,
    WorkingDir: Config.WorkingDir,
    // A helper: no plan ever takes it for a replica of the service.
    Labels: {
      [label.kind]: "helper",
      [label.identity]: service.identity,
      [label.workload]: service.workload,
      [label.service]: service.service,
    },
    Tty: oneOff.tty,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: { ...host, AutoRemove: false, RestartPolicy: { Name: "no" } },
  };
}

/** Networks beyond the one that Docker joins at creation; its API takes only one there. */
export function furtherNetworks(like: ContainerInspect): string[] {
  const first = like.HostConfig.NetworkMode;
  return Object.keys(like.NetworkSettings.Networks ?? {}).filter(
    (name) => name !== first && !["bridge", "host", "none"].includes(name),
  );
}

function asList(value: string | readonly string[] | undefined | null): string[] {
  if (value === undefined || value === null) return [];
  return typeof value === "string" ? [value] : [...value];
}
