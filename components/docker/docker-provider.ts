import { Provider, type ProviderArgs } from "@pulumi/docker/provider";
import { mergeOptions, output, Resource, type ResourceOptions } from "@pulumi/pulumi";
import type { Placeable } from "../../sdk/resources/placeable";
import { localSocket, programFacts } from "../../sdk/resources/program-facts";
import type { HostConnection } from "../../sdk/spec/host";
import { sshAddress, sshOptions } from "./ssh-options";

export interface DockerProviderOptions extends ResourceOptions, Pick<ProviderArgs, "registryAuth" | "disableDockerDaemonCheck"> {
  /** Of the provider among the program's resources. Default: the host's with `-docker`. */
  readonly name?: string;
}

/**
 * A provider of `@pulumi/docker` for the engine of a host, so that any resource of that package lives beside ours. Over ssh it takes
 * the very key that the host was verified by, and no file that could say otherwise. The host needs Docker's command line too.
 *
 * How the host is reached is configuration of that provider. As long as it is not known (a machine that the same up makes) Pulumi
 * cannot ask that package anything: a preview shows its resources as to be created, unchecked, and its functions have no answer.
 *
 * @example
 * const rack = new Host("rack", { address: "10.0.0.11", user: "deploy", hostKey: "SHA256:…" });
 * new docker.Volume("scratch", {}, { provider: dockerProvider(rack) });
 */
export function dockerProvider(host: Placeable, options: DockerProviderOptions = {}): Provider {
  const { name = `${host.ref.name}-docker`, registryAuth, disableDockerDaemonCheck, ...others } = options;
  const { programDir } = programFacts();
  const access = output({ ref: { name: host.ref.name, connection: host.ref.connection }, verified: host.hostKey }).apply(
    ({ ref, verified }) => accessTo(ref.connection as HostConnection, { host: ref.name, verified, programDir }),
  );
  // Else whoever has DOCKER_CONTEXT set would get another engine than this host's.
  const context = "";
  const args = { host: access.host, sshOpts: access.sshOpts, context, registryAuth, disableDockerDaemonCheck };
  // An engine that the host's preparation installs is there before anything is asked of it.
  return new Provider(name, args, mergeOptions(others, Resource.isInstance(host) ? { dependsOn: host } : {}));
}

interface Access {
  readonly host: string;
  readonly sshOpts: string[];
}

function accessTo(connection: HostConnection, surroundings: Parameters<typeof sshOptions>[1]): Access {
  return connection.kind === "local"
    ? { host: `unix://${connection.socket ?? localSocket()}`, sshOpts: [] }
    : { host: sshAddress(connection), sshOpts: sshOptions(connection, surroundings) };
}
