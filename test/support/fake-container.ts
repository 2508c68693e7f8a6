/** A container of the fake engine, and how the API shows it. */
import type { ContainerBody, ContainerInspect, ContainerSummary } from "../../sdk/engine/docker/docker-engine";

export interface FakeContainer {
  readonly id: string;
  name: string;
  body: ContainerBody;
  readonly imageId: string;
  status: "created" | "running" | "exited";
  exitCode: number;
  policy: { Name: string; MaximumRetryCount?: number | undefined };
  networks: Record<string, { aliases: string[]; ip: string }>;
  /** Stopped by a call, not by itself. */
  manual: boolean;
}

export function summaryOf(container: FakeContainer): ContainerSummary {
  const Ports =
    container.status === "running"
      ? publishedPorts(container).map((port) => ({ IP: "0.0.0.0", PublicPort: port, PrivatePort: port, Type: "tcp" }))
      : [];
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Labels: container.body.Labels ?? {},
    State: container.status,
    Ports,
    Mounts: [],
  } as unknown as ContainerSummary;
}

export function inspectOf(container: FakeContainer): ContainerInspect {
  const { body } = container;
  const networks = Object.entries(container.networks).map(([name, one]) => [
    name,
    { Aliases: [...one.aliases, container.id.slice(0, 12)], IPAddress: one.ip },
  ]);
  return {
    Id: container.id,
    Name: `/${container.name}`,
    Image: container.imageId,
    RestartCount: 0,
    State: {
      Status: container.status,
      Running: container.status === "running",
      Pid: container.status === "running" ? 4711 : 0,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      ExitCode: container.exitCode,
      Error: "",
    },
    Config: { Labels: body.Labels ?? {}, Env: body.Env, Healthcheck: body.Healthcheck },
    HostConfig: { ...body.HostConfig, RestartPolicy: { MaximumRetryCount: 0, ...container.policy } },
    NetworkSettings: { Networks: Object.fromEntries(networks) },
    Mounts: (body.HostConfig?.Mounts ?? []).map((mount) => ({ Type: mount.Type, Name: mount.Source, Destination: mount.Target })),
  } as unknown as ContainerInspect;
}

export function publishedPorts(container: FakeContainer): number[] {
  const bindings = Object.values(container.body.HostConfig?.PortBindings ?? {}) as { HostPort?: string }[][];
  return bindings.flat().map((binding) => Number(binding.HostPort));
}
