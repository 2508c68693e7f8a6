/** Stands in for the plugin of `@pulumi/docker`: it writes down how each provider of a program is configured, and makes nothing. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { ResourceHandler } from "../../../sdk/provider/resource-handler";
import { createService } from "../../../sdk/provider/service";

export interface DockerPackage {
  /** For the runs of programs that use the package. */
  readonly env: NodeJS.ProcessEnv;
  /** By the host that each one names, as the plugin reads it. */
  readonly configured: Map<string, DockerConfiguration>;
  /** `create beside`, in the order done. */
  readonly done: string[];
  stop(): Promise<void>;
}

export interface DockerConfiguration {
  readonly sshOpts: readonly string[];
  readonly context: unknown;
}

export async function startDockerPackage(): Promise<DockerPackage> {
  const configured = new Map<string, DockerConfiguration>();
  const done: string[] = [];
  const handlers = { "docker:index/volume:Volume": volumeHandler(done) };
  const { implementation, close } = createService({ handlers, version: "5.2.0" });
  const configure = implementation.configure as (rpc: { request: ConfigureRequest }, ...rest: unknown[]) => void;
  const server = new Server();
  server.addService(ResourceProviderService, {
    ...implementation,
    configure: (rpc: { request: ConfigureRequest }, ...rest: unknown[]) => {
      const given = rpc.request.getArgs()?.toJavaScript() ?? {};
      const sshOpts = JSON.parse(String(given.sshOpts)) as string[];
      configured.set(String(given.host), { sshOpts, context: given.context });
      configure(rpc, ...rest);
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    env: { PULUMI_DEBUG_PROVIDERS: `docker:${port}` },
    configured,
    done,
    stop: async () => {
      server.forceShutdown();
      close();
    },
  };
}

function volumeHandler(done: string[]): ResourceHandler {
  return {
    check: ({ news }) => ({ inputs: news, problems: [] }),
    diff: () => ({ changed: false, detailedDiff: {}, deleteBeforeReplace: false }),
    async create({ name, news, preview }) {
      done.push(`${preview ? "preview" : "create"} ${name}`);
      return { id: preview ? "" : name, outputs: news };
    },
    read: async ({ id, olds, oldInputs }) => ({ id, outputs: olds, inputs: oldInputs }),
    update: async ({ olds }) => ({ outputs: olds }),
    delete: async () => undefined,
  };
}
