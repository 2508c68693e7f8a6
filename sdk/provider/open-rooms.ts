/** The rooms behind the doors, with what they share: shipper, credentials, build tools. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createImageSupply } from "../engine/image/create-image-supply";
import { createShipper } from "../engine/image/create-shipper";
import { ecrCredentials } from "../engine/image/ecr-credentials";
import { referencedCredentials } from "../engine/image/referenced-credentials";
import { registryCredentials } from "../engine/image/registry-credentials";
import { createRegistryLogin } from "../engine/image/registry-login";
import type { SecretReader } from "../engine/secret/open-secret-reader";
import type { HostRefSpec } from "../spec/host";
import type { ImageDoor, WorkloadDoor } from "./engine-doors";
import type { HostPool } from "./host-pool";
import { createImageDoor, operatorRef } from "./image-door";
import type { Surroundings } from "./surroundings";
import { createWorkloadDoor } from "./workload-door";

export interface Rooms {
  readonly image: ImageDoor;
  readonly workload: WorkloadDoor;
  close(): Promise<void>;
}

/** Hosts beside those of the run, and the folder that their relative paths start from. */
export interface FarHosts {
  readonly refs: readonly HostRefSpec[];
  readonly base: string;
}

export interface RoomParts {
  /** Asked when nobody nearer has an image. */
  readonly far: () => Promise<FarHosts>;
  readonly secrets: Pick<SecretReader, "environment" | "read">;
}

export function openRooms(surroundings: Surroundings, hosts: HostPool, { far, secrets }: RoomParts): Rooms {
  const { cacheDir, environment, home, holder, runtimeDir } = surroundings;
  const shipper = createShipper({ cacheFolder: join(cacheDir, "layers") });
  const base = "/";
  const programs = () => secrets.environment() as Readonly<Record<string, string>>;
  const login = createRegistryLogin({
    clock: surroundings.clock,
    operator: {
      async issue(registry) {
        const configFolder = environment.DOCKER_CONFIG ?? join(home, ".docker");
        const credentials = await registryCredentials(registry, { configFolder, environment: programs() });
        return credentials && { credentials };
      },
    },
    issuers: { ...referencedCredentials(secrets), ecr: ecrCredentials() },
  });
  const images = createImageSupply({
    shipper,
    async sources() {
      const operator = await hosts.open(operatorRef, base).catch(() => undefined);
      const others = (await hosts.opened()).filter((host) => host !== operator);
      return operator === undefined ? others : [operator, ...others];
    },
    async farSources() {
      const { refs, base: from } = await far();
      const reached = await Promise.allSettled(refs.map((ref) => hosts.open(ref, from)));
      return reached.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
    },
    connect: (builder) => hosts.open(builder, base),
    login,
  });
  const tools = {
    clients: dockerCommands(environment.PATH ?? ""),
    get environment() {
      return programs();
    },
    privateFolder: join(runtimeDir, "build"),
  };
  return {
    image: createImageDoor({ hosts, tools, login }),
    workload: createWorkloadDoor({ images, holder }),
    close: () => shipper.close(),
  };
}

/** All of PATH's: the first is not always the one that can drive BuildKit. */
function dockerCommands(path: string): string[] {
  const found = path.split(delimiter).map((folder) => join(folder, "docker"));
  return [...new Set(found)].filter((file) => existsSync(file));
}
