/** The part of the protocol that is about the provider, not about resources. There is no provider configuration. */

import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import {
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  DiffResponse,
  GetSchemaResponse,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";

export function handshakeAnswer(): ProviderHandshakeResponse {
  const answer = new ProviderHandshakeResponse();
  answer.setAcceptSecrets(true);
  answer.setAcceptResources(true);
  answer.setAcceptOutputs(false);
  return answer;
}

/** Must repeat the handshake's words. */
export function configureAnswer(_request: ConfigureRequest): ConfigureResponse {
  const answer = new ConfigureResponse();
  answer.setAcceptsecrets(true);
  answer.setAcceptresources(true);
  answer.setAcceptoutputs(false);
  answer.setSupportspreview(true);
  return answer;
}

export function checkConfigAnswer(request: CheckRequest): CheckResponse {
  const answer = new CheckResponse();
  answer.setInputs(request.getNews());
  return answer;
}

export function diffConfigAnswer(): DiffResponse {
  const answer = new DiffResponse();
  answer.setChanges(DiffResponse.DiffChanges.DIFF_NONE);
  return answer;
}

export function pluginInfoAnswer(version: string): PluginInfo {
  const answer = new PluginInfo();
  answer.setVersion(version);
  return answer;
}

export function schemaAnswer(version: string, tokens: readonly string[]): GetSchemaResponse {
  const answer = new GetSchemaResponse();
  const resources = Object.fromEntries(tokens.map((token) => [token, {}]));
  answer.setSchema(JSON.stringify({ name: "drayage", version, resources }));
  return answer;
}
