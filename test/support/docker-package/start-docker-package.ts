/** Stands in for the plugin of `@pulumi/docker`: it writes down how each provider of a program is configured, and makes nothing. */
import type { ResourceHandler } from "../../../sdk/provider/resource-handler";
import { startProvider } from "../../../sdk/provider/serve";

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
  const { port, stop } = await startProvider({
    handlers: { "docker:index/volume:Volume": volumeHandler(done) },
    configure: ({ host, sshOpts, context }) =>
      void configured.set(String(host), { sshOpts: JSON.parse(String(sshOpts)) as string[], context }),
    version: "5.2.0",
  });
  return { env: { PULUMI_DEBUG_PROVIDERS: `docker:${port}` }, configured, done, stop: () => stop() };
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
