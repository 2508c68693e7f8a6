/** A Pulumi resource provider over gRPC: the plugin executable runs it as a process, the command line inside its own. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ProviderOptions, RunningProvider } from "./serve-options";
import { createService } from "./service";

export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const server = new Server({ "grpc.max_receive_message_length": maxMessage, "grpc.max_send_message_length": maxMessage });
  const service = createService(options);
  server.addService(ResourceProviderService, service.implementation);
  const address = `${options.host ?? "127.0.0.1"}:${options.port ?? 0}`;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    port,
    async stop({ graceMs = 0 } = {}) {
      await service.idle(graceMs);
      server.forceShutdown();
      service.close();
      await options.onStop?.();
    },
  };
}

/** What the engine itself uses. */
const maxMessage = 400 * 1024 * 1024;
