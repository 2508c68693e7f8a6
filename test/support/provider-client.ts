/** A Pulumi engine's side of the provider protocol, for tests. Each client is a peer of its own. */
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { PluginAttach, type PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as wire from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Json = Record<string, unknown>;

export const urnOf = (name: string, type = "drayage:index:Echo"): string => `urn:pulumi:test::shop::${type}::${name}`;
export const secret = (value: unknown): Json => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

export function connectProvider(port: number) {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    // Without it clients of one process share a connection, and so are one peer.
    "grpc.use_local_subchannel_pool": 1,
  });
  const call = <Q, A>(method: (request: Q, done: (error: ServiceError | null, answer: A) => void) => unknown, request: Q) =>
    new Promise<A>(
      (resolve, reject) => void method.call(client, request, (error, answer) => (error ? reject(error) : resolve(answer))),
    );
  return {
    client,
    close: () => client.close(),
    handshake: () =>
      call<wire.ProviderHandshakeRequest, wire.ProviderHandshakeResponse>(client.handshake, new wire.ProviderHandshakeRequest()),
    configure: () => call<wire.ConfigureRequest, wire.ConfigureResponse>(client.configure, new wire.ConfigureRequest()),
    getPluginInfo: () => call<Empty, PluginInfo>(client.getPluginInfo, new Empty()),
    getSchema: () => call<wire.GetSchemaRequest, wire.GetSchemaResponse>(client.getSchema, new wire.GetSchemaRequest()),
    attach: (address: string) => call<PluginAttach, Empty>(client.attach, new PluginAttach().setAddress(address)),
    cancel: () => call<Empty, Empty>(client.cancel, new Empty()),
    async check(urn: string, news: Json, olds: Json = {}) {
      const answer = await call<wire.CheckRequest, wire.CheckResponse>(
        client.check,
        new wire.CheckRequest().setUrn(urn).setNews(struct(news)).setOlds(struct(olds)),
      );
      return { inputs: plain(answer.getInputs()), failures: answer.getFailuresList().map((it) => it.toObject()) };
    },
    async diff(urn: string, request: { id?: string; olds?: Json; oldInputs?: Json; news: Json }) {
      const message = new wire.DiffRequest()
        .setUrn(urn)
        .setId(request.id ?? "id")
        .setOlds(struct(request.olds ?? {}));
      message.setOldInputs(struct(request.oldInputs ?? {})).setNews(struct(request.news));
      const answer = await call<wire.DiffRequest, wire.DiffResponse>(client.diff, message);
      const detailed: Record<string, number> = {};
      answer.getDetaileddiffMap().forEach((it, path) => {
        detailed[path] = it.getKind();
      });
      return { ...answer.toObject(), detailed };
    },
    async create(urn: string, news: Json, options: { preview?: boolean; timeout?: number } = {}) {
      const message = new wire.CreateRequest()
        .setUrn(urn)
        .setProperties(struct(news))
        .setPreview(options.preview ?? false);
      const answer = await call<wire.CreateRequest, wire.CreateResponse>(client.create, message.setTimeout(options.timeout ?? 0));
      return { id: answer.getId(), properties: plain(answer.getProperties()), refresh: answer.getRefreshBeforeUpdate() };
    },
    async read(urn: string, id: string, properties: Json = {}, inputs: Json = {}) {
      const message = new wire.ReadRequest().setUrn(urn).setId(id).setProperties(struct(properties)).setInputs(struct(inputs));
      const answer = await call<wire.ReadRequest, wire.ReadResponse>(client.read, message);
      return { id: answer.getId(), properties: plain(answer.getProperties()), inputs: plain(answer.getInputs()) };
    },
    async update(urn: string, id: string, states: { olds?: Json; oldInputs?: Json; news: Json }, preview = false) {
      const message = new wire.UpdateRequest()
        .setUrn(urn)
        .setId(id)
        .setOlds(struct(states.olds ?? {}))
        .setPreview(preview);
      message.setOldInputs(struct(states.oldInputs ?? {})).setNews(struct(states.news));
      return { properties: plain((await call<wire.UpdateRequest, wire.UpdateResponse>(client.update, message)).getProperties()) };
    },
    delete: (urn: string, id: string, properties: Json = {}, inputs: Json = {}) =>
      call<wire.DeleteRequest, Empty>(
        client.delete,
        new wire.DeleteRequest().setUrn(urn).setId(id).setProperties(struct(properties)).setOldInputs(struct(inputs)),
      ),
  };
}

/** What the engine reads out of a partial failure. */
export function initFailure(error: unknown): { id: string; reasons: string[]; properties: Json | undefined } | undefined {
  const [packed] = (error as ServiceError).metadata.get("grpc-status-details-bin");
  if (packed === undefined) return undefined;
  const [detail] = Status.deserializeBinary(new Uint8Array(packed as Buffer)).getDetailsList();
  const failed = detail?.unpack(wire.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
  if (failed == null) return undefined;
  return { id: failed.getId(), reasons: failed.getReasonsList(), properties: plain(failed.getProperties()) };
}

const struct = (value: Json): Struct => Struct.fromJavaScript(value as Parameters<typeof Struct.fromJavaScript>[0]);
const plain = (value: Struct | undefined): Json | undefined => value?.toJavaScript() as Json | undefined;
