/** The plugin as a process, started by the Pulumi engine; `plugin/pulumi-resource-drayage` calls this. */
import type { HandlerTable } from "./resource-handler";
import { startProvider } from "./serve";

export interface PluginProcess {
  readonly argv: readonly string[];
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  on(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  exit(code: number): never;
}

export interface PluginOptions {
  readonly handlers: HandlerTable;
  readonly version: string;
  readonly secretValues?: () => Iterable<string>;
  readonly onRun?: () => Promise<void>;
  readonly onStop?: () => Promise<void>;
}

export async function runPlugin(host: PluginProcess, options: PluginOptions): Promise<void> {
  const engineAddress = host.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  const provider = await startProvider({ ...options, ...(engineAddress === undefined ? {} : { engineAddress }) });
  // The engine reads the port from the first line; nothing may be printed before it.
  host.stdout.write(`${provider.port}\n`);
  let stopping = false;
  const leave = () => {
    if (stopping) return;
    stopping = true;
    void provider.stop({ graceMs: 4000 }).finally(() => host.exit(0));
  };
  // The engine holds our stdin open for as long as it lives, also when it is killed.
  host.stdin.on("end", leave);
  host.stdin.on("error", leave);
  host.stdin.resume();
  host.on("SIGINT", leave);
  host.on("SIGTERM", leave);
}
