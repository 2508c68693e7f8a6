/** What a fake engine has besides containers: images, volumes, networks. */
import { randomBytes } from "node:crypto";
import type { DockerEngine, Filters, ImageInspect, NetworkInspect, VolumeInspect } from "../../sdk/engine/docker/docker-engine";
import { dockerError } from "../../sdk/engine/docker/docker-errors";
import { subnetsOverlap } from "../../sdk/engine/workload/allot-subnet";

export class FakeObjects {
  readonly volumes = new Map<string, VolumeInspect>();
  readonly networks = new Map<string, NetworkInspect>();
  readonly images = new Map<string, ImageInspect>();

  constructor(readonly host = "rack") {}

  addImage(ref: string, config: Partial<ImageInspect["Config"]> = {}): string {
    const id = `sha256:${Buffer.from(ref).toString("hex").padEnd(64, "0").slice(0, 64)}`;
    const image = { Id: id, RepoTags: [ref], Config: config } as ImageInspect;
    this.images.set(ref, image).set(id, image);
    return id;
  }

  listVolumes = async (filters: Filters = {}) => [...this.volumes.values()].filter((one) => matches(one.Labels, filters));
  inspectVolume = async (name: string) => this.volumes.get(name);

  async createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<VolumeInspect> {
    const existing = this.volumes.get(name);
    if (existing) return existing;
    const made = { Name: name, Labels: { ...labels }, Mountpoint: `/volumes/${name}/_data`, Driver: "local" } as VolumeInspect;
    this.volumes.set(name, made);
    return made;
  }

  listNetworks = async (filters: Filters = {}) => [...this.networks.values()].filter((one) => matches(one.Labels ?? {}, filters));
  inspectNetwork = async (id: string) => this.networks.get(id) ?? [...this.networks.values()].find((one) => one.Id === id);

  async createNetwork(body: Parameters<DockerEngine["createNetwork"]>[0]): Promise<string> {
    const action = `create network ${body.Name}`;
    if (this.networks.has(body.Name)) throw this.fail(409, action, `network with name ${body.Name} already exists`);
    const subnet = body.IPAM?.Config?.[0]?.Subnet ?? "172.17.0.0/16";
    const all = [...this.networks.values()].flatMap((one) => one.IPAM?.Config?.[0]?.Subnet ?? []);
    if (all.some((other) => subnetsOverlap(subnet, other)))
      throw this.fail(403, action, "Pool overlaps with other one on this address space");
    const made = { ...body, Id: randomBytes(32).toString("hex"), Labels: body.Labels ?? {} } as unknown as NetworkInspect;
    this.networks.set(body.Name, made);
    return made.Id;
  }

  inspectImage = async (ref: string): Promise<ImageInspect | undefined> => this.images.get(ref);

  protected requireNetwork(name: string): NetworkInspect {
    const found = this.networks.get(name) ?? [...this.networks.values()].find((one) => one.Id === name);
    if (!found) throw this.fail(404, `find network ${name}`, `network ${name} not found`);
    return found;
  }

  protected fail(status: number, action: string, message: string): Error {
    return dockerError({ host: this.host, status, action, message });
  }
}

export function matches(labels: Readonly<Record<string, string>> | null, filters: Filters): boolean {
  return (filters.label ?? []).every((filter) => {
    const [key = "", value] = filter.split("=");
    return labels?.[key] !== undefined && (value === undefined || labels[key] === value);
  });
}
