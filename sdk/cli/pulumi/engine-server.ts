/** What the engine calls in our process: the program's language host and the taker of events, on one port. */
import { type handleClientStreamingCall, type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { EventsService } from "@pulumi/pulumi/proto/events_grpc_pb";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { LanguageHost } from "./language-host";

export interface EngineServer {
  readonly port: number;
  close(): void;
}

/** The language host loads while the engine boots; its calls wait for it. */
export async function startEngineServer(
  language: () => Promise<LanguageHost>,
  onEvent: (event: EngineEvent) => void,
): Promise<EngineServer> {
  const server = new Server({ "grpc.max_receive_message_length": maxMessage, "grpc.max_send_message_length": maxMessage });
  const streamEvents: handleClientStreamingCall<EventRequest, Empty> = (call, callback) => {
    call.on("data", (request: EventRequest) => onEvent(JSON.parse(request.getEvent()) as EngineEvent));
    call.on("error", () => undefined);
    call.on("end", () => callback(null, new Empty()));
  };
  const forward =
    (method: keyof LanguageHost): handleUnaryCall<unknown, unknown> =>
    (call, callback) =>
      void language().then(
        (host) => host[method](call, callback),
        (error: Error) => callback({ code: 2, details: error.message }),
      );
  server.addService(EventsService, { streamEvents });
  server.addService(LanguageRuntimeService, {
    run: forward("run"),
    getPluginInfo: forward("getPluginInfo"),
    getRequiredPlugins: forward("getRequiredPlugins"),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

const maxMessage = 400 * 1024 * 1024;
