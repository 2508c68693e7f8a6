/** The protocol's methods by name. What is left out is answered UNIMPLEMENTED, which the engine takes. */
import { type handleUnaryCall, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import type { ConfigureRequest, ProviderHandshakeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type CallContext, resourceCall } from "./call";
import { checkCall, createCall, deleteCall, diffCall, readCall, updateCall } from "./calls";
import { invokeCall } from "./functions";
import { failureText } from "./grpc-failure";
import {
  checkConfigAnswer,
  configureAnswer,
  diffConfigAnswer,
  handshakeAnswer,
  pluginInfoAnswer,
  schemaAnswer,
} from "./handshake";
import { unmarshal } from "./marshal";
import { createPeers } from "./peers";
import type { ProviderOptions } from "./serve-options";

export interface Service {
  readonly implementation: UntypedServiceImplementation;
  /** Resolves when nothing is in flight any more, at the latest after the given time. */
  idle(withinMs: number): Promise<void>;
  close(): void;
}

export function createService(options: ProviderOptions): Service {
  const { handlers, version, engineAddress, observer, onRun, secretValues } = options;
  const peers = createPeers(engineAddress);
  const context: CallContext = { handlers, peers, observer, secretValues: secretValues ?? (() => []) };
  const implementation: UntypedServiceImplementation = {
    handshake: answer((request: ProviderHandshakeRequest, peer) => {
      if (request.getEngineAddress() !== "") peers.attach(peer, request.getEngineAddress());
      // A run opens several peers; only the first of them finds nothing in flight.
      if (peers.isIdle()) void onRun?.().catch(() => undefined);
      return handshakeAnswer();
    }),
    attach: answer((request: PluginAttach, peer) => {
      peers.attach(peer, request.getAddress());
      return new Empty();
    }),
    getPluginInfo: answer(() => pluginInfoAnswer(version)),
    getSchema: answer(() => schemaAnswer(version, Object.keys(handlers))),
    checkConfig: answer(checkConfigAnswer),
    diffConfig: answer(diffConfigAnswer),
    configure: answer((request: ConfigureRequest) => {
      options.configure?.(unmarshal(request.getArgs()).value);
      return configureAnswer(request);
    }),
    invoke: invokeCall(options.functions ?? {}),
    cancel: answer((_request: Empty, peer) => {
      peers.cancel(peer);
      return new Empty();
    }),
    check: resourceCall(context, checkCall),
    diff: resourceCall(context, diffCall),
    create: resourceCall(context, createCall),
    read: resourceCall(context, readCall),
    update: resourceCall(context, updateCall),
    delete: resourceCall(context, deleteCall, { removes: true }),
  };
  return { implementation, idle: (withinMs) => peers.idle(withinMs), close: () => peers.close() };
}

function answer<Request, Answer>(answerTo: (request: Request, peer: string) => Answer): handleUnaryCall<Request, Answer> {
  return (rpc, callback) => {
    try {
      callback(null, answerTo(rpc.request, rpc.getPeer()));
    } catch (error) {
      callback({ code: status.UNKNOWN, details: failureText(error) });
    }
  };
}
