/**
 * One engine in memory, honest about what real ones do: names are taken, a volume that exists is "created" again and keeps
 * its labels, a missing volume of a mount is made without labels, ports clash at start and not before, an unknown subnet
 * overlap is refused, names on a network come only with a connect, nothing that runs is removed without force.
 */
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type {
  ContainerBody,
  ContainerInspect,
  ContainerSummary,
  DockerEngine,
  Exit,
  Filters,
} from "../../sdk/engine/docker/docker-engine";
import { type FakeContainer, inspectOf, publishedPorts, summaryOf } from "./fake-container";
import { FakeObjects, matches } from "./fake-objects";

/** What a container does when it is started: how it ends, or whether its health command succeeds. */
export interface FakeProgram {
  readonly exits?: number;
  readonly healthy?: boolean;
  readonly says?: string;
}

type Engine = Pick<
  DockerEngine,
  | "host"
  | "socketPath"
  | "info"
  | "listContainers"
  | "inspectContainer"
  | "createContainer"
  | "startContainer"
  | "stopContainer"
  | "killContainer"
  | "restartContainer"
  | "removeContainer"
  | "renameContainer"
  | "setRestartPolicy"
  | "updateLimits"
  | "waitContainer"
  | "tailLogs"
  | "exec"
  | "getArchive"
  | "listVolumes"
  | "inspectVolume"
  | "createVolume"
  | "removeVolume"
  | "listNetworks"
  | "inspectNetwork"
  | "createNetwork"
  | "removeNetwork"
  | "connectNetwork"
  | "disconnectNetwork"
  | "inspectImage"
>;

export class FakeDocker extends FakeObjects implements Engine {
  readonly socketPath = "/fake/docker.sock";
  readonly containers = new Map<string, FakeContainer>();
  /** Port → program of the host itself that holds it. */
  readonly hostPorts = new Set<number>();
  /** Decided by what the container was made from. */
  program: (body: ContainerBody) => FakeProgram = () => ({ healthy: true });

  info = async () =>
    ({ id: "fake", name: this.host, version: "20.10.24", apiVersion: "1.41", os: "linux", arch: "amd64" }) as never;

  async listContainers(filters: Filters = {}): Promise<ContainerSummary[]> {
    const all = [...this.containers.values()].map(summaryOf);
    return all.filter((one) => matches(one.Labels, filters) && (!filters.status || filters.status.includes(one.State)));
  }

  inspectContainer = async (id: string): Promise<ContainerInspect | undefined> => {
    const found = this.find(id);
    return found && structuredClone(inspectOf(found));
  };

  async createContainer(name: string, body: ContainerBody): Promise<string> {
    if (this.find(name))
      throw this.fail(409, `create container ${name}`, `Conflict. The container name "/${name}" is already in use`);
    const image = this.images.get(body.Image ?? "");
    if (!image) throw this.fail(404, `create container ${name}`, `No such image: ${body.Image}`);
    const endpoints = body.NetworkingConfig?.EndpointsConfig ?? {};
    for (const network of Object.keys(endpoints)) this.requireNetwork(network);
    for (const mount of body.HostConfig?.Mounts ?? []) {
      if (mount.Type === "volume" && !this.volumes.has(mount.Source)) await this.createVolume(mount.Source, {});
    }
    const id = randomBytes(32).toString("hex");
    const networks = Object.fromEntries(
      Object.entries(endpoints).map(([key, one]) => [key, { aliases: one?.Aliases ?? [], ip: "" }]),
    );
    const policy = body.HostConfig?.RestartPolicy ?? { Name: "no" };
    this.containers.set(id, {
      id,
      name,
      body: structuredClone(body),
      imageId: image.Id,
      status: "created",
      exitCode: 0,
      policy,
      networks,
      manual: false,
    });
    return id;
  }

  async startContainer(id: string): Promise<void> {
    const container = this.require(id);
    if (container.status === "running") return;
    const taken = publishedPorts(container).find((port) => this.portTaken(port, container));
    if (taken !== undefined)
      throw this.fail(500, `start container ${id}`, `Bind for 0.0.0.0:${taken} failed: port is already allocated`);
    for (const [network, endpoint] of Object.entries(container.networks)) endpoint.ip ||= this.freeAddress(network);
    const { exits } = this.program(container.body);
    Object.assign(container, exits === undefined ? { status: "running" } : { status: "exited", exitCode: exits });
    container.manual = false;
  }

  async stopContainer(id: string): Promise<void> {
    const container = this.require(id);
    if (container.status === "running") Object.assign(container, { status: "exited", exitCode: 0 });
    container.manual = true;
    for (const endpoint of Object.values(container.networks)) endpoint.ip = "";
  }

  killContainer = (id: string) => this.stopContainer(id);

  async restartContainer(id: string): Promise<void> {
    await this.stopContainer(id);
    await this.startContainer(id);
  }

  async removeContainer(id: string, options: { force?: boolean } = {}): Promise<void> {
    const found = this.find(id);
    if (!found) return;
    if (found.status === "running" && !options.force)
      throw this.fail(409, `remove container ${id}`, "You cannot remove a running container");
    this.containers.delete(found.id);
  }

  async renameContainer(id: string, name: string): Promise<void> {
    const other = this.find(name);
    if (other) throw this.fail(409, `rename container ${id}`, `Conflict. The container name "/${name}" is already in use`);
    this.require(id).name = name;
  }

  async setRestartPolicy(id: string, policy: { Name: string; MaximumRetryCount?: number }): Promise<void> {
    this.require(id).policy = policy;
  }

  async updateLimits(id: string, limits: { memoryBytes?: number; nanoCpus?: number }): Promise<void> {
    const { body } = this.require(id);
    body.HostConfig = {
      ...body.HostConfig,
      ...(limits.memoryBytes && { Memory: limits.memoryBytes }),
      ...(limits.nanoCpus && { NanoCpus: limits.nanoCpus }),
    };
  }

  waitContainer = async (id: string): Promise<number> => this.require(id).exitCode;
  tailLogs = async (id: string): Promise<string> => this.program(this.require(id).body).says ?? "";
  getArchive = async (): Promise<Readable | undefined> => undefined;

  async exec(id: string): Promise<Exit> {
    const container = this.require(id);
    if (container.status !== "running") throw this.fail(409, `exec in container ${id}`, "container is not running");
    const exitCode = this.program(container.body).healthy === false ? 1 : 0;
    return { exitCode, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  }

  async removeVolume(name: string): Promise<void> {
    const used = [...this.containers.values()].some((one) => one.body.HostConfig?.Mounts?.some((mount) => mount.Source === name));
    if (used) throw this.fail(409, `remove volume ${name}`, "volume is in use");
    this.volumes.delete(name);
  }

  async removeNetwork(id: string): Promise<void> {
    const found = await this.inspectNetwork(id);
    if (!found) return;
    const used = [...this.containers.values()].some((one) => one.status === "running" && one.networks[found.Name]);
    if (used) throw this.fail(403, `remove network ${id}`, "network has active endpoints");
    this.networks.delete(found.Name);
  }

  async connectNetwork(
    network: string,
    id: string,
    endpoint: { Aliases?: string[]; IPAMConfig?: { IPv4Address?: string } } = {},
  ): Promise<void> {
    const container = this.require(id);
    const { Name } = this.requireNetwork(network);
    if (container.networks[Name]) throw this.fail(403, `connect container ${id}`, "endpoint already exists in network");
    const wanted = endpoint.IPAMConfig?.IPv4Address;
    if (wanted && this.addresses(Name).includes(wanted))
      throw this.fail(403, `connect container ${id}`, "Address already in use");
    const ip = container.status === "running" ? (wanted ?? this.freeAddress(Name)) : "";
    container.networks[Name] = { aliases: endpoint.Aliases ?? [], ip };
  }

  async disconnectNetwork(network: string, id: string): Promise<void> {
    delete this.require(id).networks[this.requireNetwork(network).Name];
  }

  /** What a restart of the daemon does: `always` comes back whatever was done by hand, `unless-stopped` does not. */
  restartDaemon(): void {
    for (const container of this.containers.values()) {
      const comesBack = container.policy.Name === "always" || (container.policy.Name === "unless-stopped" && !container.manual);
      if (container.status !== "created") container.status = comesBack ? "running" : "exited";
    }
  }

  /** Who answers under a name on a network: what Docker's DNS would say. */
  resolve(network: string, name: string): FakeContainer[] {
    const known = [...this.containers.values()].filter((one) => one.status === "running");
    return known.filter((one) => one.networks[network]?.aliases.includes(name) || (one.name === name && one.networks[network]));
  }

  private portTaken(port: number, by: FakeContainer): boolean {
    if (this.hostPorts.has(port)) return true;
    return [...this.containers.values()].some(
      (one) => one !== by && one.status === "running" && publishedPorts(one).includes(port),
    );
  }

  private addresses(network: string): string[] {
    return [...this.containers.values()].flatMap((one) => one.networks[network]?.ip ?? []);
  }

  private freeAddress(network: string): string {
    const taken = this.addresses(network);
    for (let last = 2; ; last += 1) if (!taken.includes(`10.213.0.${last}`)) return `10.213.0.${last}`;
  }

  private find(idOrName: string): FakeContainer | undefined {
    return this.containers.get(idOrName) ?? [...this.containers.values()].find((one) => one.name === idOrName);
  }

  private require(idOrName: string): FakeContainer {
    const found = this.find(idOrName);
    if (!found) throw this.fail(404, `find container ${idOrName}`, `No such container: ${idOrName}`);
    return found;
  }
}
