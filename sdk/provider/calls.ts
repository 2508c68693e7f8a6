/** Each resource call of the protocol: unwrap, ask the handler, wrap. */
import * as wire from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN } from "../spec/unknown";
import type { Call } from "./call";
import { PartialFailure } from "./grpc-failure";
import { marshal, type Unmarshalled } from "./marshal";
import { type PropertyPath, parsePath } from "./property-path";
import type { ChangeKind, Difference, Updated } from "./resource-handler";

export async function checkCall({
  request,
  handler,
  operation,
  properties,
}: Call<wire.CheckRequest>): Promise<wire.CheckResponse> {
  const olds = properties(request.getOlds());
  const news = properties(request.getNews());
  const { report } = operation;
  const checked = await handler.check({
    ...identify(operation),
    olds: olds.value,
    news: news.value,
    secretPaths: news.secrets,
    report,
  });
  const answer = new wire.CheckResponse();
  answer.setInputs(marshal(checked.inputs, news.secrets));
  for (const { path, reason } of checked.problems) {
    const failure = new wire.CheckFailure();
    // The engine prints the whole value of a property that is named here, secrets and all: the path goes into the reason.
    failure.setProperty("");
    failure.setReason(path === "" ? reason : `${path}: ${reason}`);
    answer.addFailures(failure);
  }
  return answer;
}

export async function diffCall({ request, handler, operation, properties }: Call<wire.DiffRequest>): Promise<wire.DiffResponse> {
  const difference = await handler.diff({
    ...identify(operation),
    id: request.getId(),
    olds: properties(request.getOlds()).value,
    oldInputs: properties(request.getOldInputs()).value,
    news: properties(request.getNews()).value,
    ignoreChanges: request.getIgnorechangesList(),
  });
  return diffAnswer(difference);
}

export async function createCall({ request, handler, operation, properties }: Call<wire.CreateRequest>) {
  const news = properties(request.getProperties());
  const preview = request.getPreview();
  const created = await handler.create({ ...operation, news: news.value, secretPaths: news.secrets, preview });
  const outputs = outputStruct(created, news.secrets);
  const refresh = handler.refreshBeforeUpdate ?? false;
  if (created.error !== undefined) throw new PartialFailure(created.id ?? "", outputs, refresh, created.error);
  const answer = new wire.CreateResponse();
  answer.setId(preview ? "" : (created.id ?? ""));
  answer.setProperties(outputs);
  answer.setRefreshBeforeUpdate(refresh);
  return answer;
}

export async function readCall({ request, handler, operation, properties }: Call<wire.ReadRequest>): Promise<wire.ReadResponse> {
  const olds = properties(request.getProperties());
  const oldInputs = properties(request.getInputs());
  const answer = new wire.ReadResponse();
  const state = await handler.read({
    ...operation,
    id: request.getId(),
    olds: olds.value,
    oldInputs: oldInputs.value,
    secretPaths: oldInputs.secrets,
  });
  if (state === undefined) return answer;
  const secrets = [...oldInputs.secrets, ...olds.secrets];
  answer.setId(state.id);
  answer.setInputs(marshal(state.inputs, oldInputs.secrets));
  answer.setProperties(outputStruct(state, secrets));
  answer.setRefreshBeforeUpdate(handler.refreshBeforeUpdate ?? false);
  return answer;
}

export async function updateCall({ request, handler, operation, properties }: Call<wire.UpdateRequest>) {
  const olds = properties(request.getOlds());
  const oldInputs = properties(request.getOldInputs());
  const news = properties(request.getNews());
  const updated = await handler.update({
    ...operation,
    id: request.getId(),
    olds: olds.value,
    oldInputs: oldInputs.value,
    news: news.value,
    secretPaths: news.secrets,
    ignoreChanges: request.getIgnorechangesList(),
    preview: request.getPreview(),
  });
  const outputs = outputStruct(updated, news.secrets);
  const refresh = handler.refreshBeforeUpdate ?? false;
  if (updated.error !== undefined) throw new PartialFailure(request.getId(), outputs, refresh, updated.error);
  const answer = new wire.UpdateResponse();
  answer.setProperties(outputs);
  answer.setRefreshBeforeUpdate(refresh);
  return answer;
}

export async function deleteCall({ request, handler, operation, properties }: Call<wire.DeleteRequest>): Promise<Empty> {
  const olds = properties(request.getProperties()).value;
  const oldInputs = properties(request.getOldInputs()).value;
  await handler.delete({ ...operation, id: request.getId(), olds, oldInputs });
  return new Empty();
}

const identify = ({ urn, type, name }: Call<unknown>["operation"]) => ({ urn, type, name });

/** The engine takes a missing top-level output of a preview for unknown, and wants unknowns further inside spelled out. */
function outputStruct({ outputs, secretOutputs = [] }: Updated, inputSecrets: Unmarshalled["secrets"]): Struct {
  const certain = Object.entries(outputs).filter(([, value]) => value !== UNKNOWN);
  const secrets: readonly PropertyPath[] = [...inputSecrets, ...secretOutputs];
  return marshal(Object.fromEntries(certain), secrets);
}

const kinds: Record<ChangeKind, wire.PropertyDiff.Kind> = {
  add: wire.PropertyDiff.Kind.ADD,
  delete: wire.PropertyDiff.Kind.DELETE,
  update: wire.PropertyDiff.Kind.UPDATE,
  "add-replace": wire.PropertyDiff.Kind.ADD_REPLACE,
  "delete-replace": wire.PropertyDiff.Kind.DELETE_REPLACE,
  "update-replace": wire.PropertyDiff.Kind.UPDATE_REPLACE,
};

function diffAnswer({ changed, detailedDiff, deleteBeforeReplace }: Difference): wire.DiffResponse {
  const answer = new wire.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = wire.DiffResponse.DiffChanges;
  answer.setChanges(changed ? DIFF_SOME : DIFF_NONE);
  answer.setHasdetaileddiff(true);
  answer.setDeletebeforereplace(deleteBeforeReplace ?? false);
  const entries = changed ? Object.entries(detailedDiff) : [];
  for (const [path, kind] of entries) {
    const diff = new wire.PropertyDiff();
    diff.setKind(kinds[kind]);
    diff.setInputdiff(true);
    answer.getDetaileddiffMap().set(path, diff);
  }
  // Beside the paths the engine wants the top-level names.
  answer.setDiffsList(topLevel(entries.map(([path]) => path)));
  answer.setReplacesList(topLevel(entries.filter(([, kind]) => kind.endsWith("-replace")).map(([path]) => path)));
  return answer;
}

const topLevel = (paths: readonly string[]): string[] => [...new Set(paths.map((path) => String(parsePath(path)[0] ?? path)))];
