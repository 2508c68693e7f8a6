/** Clients of the real SDK at a given endpoint. Each call is checked against AWS's model, traced, and repeated when throttled. */
import { setTimeout as pause } from "node:timers/promises";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { Route53Client } from "@aws-sdk/client-route-53";
import { apiModel, ModelMismatch } from "../model/api-model";
import { inputMistakes } from "../model/check-input";
import { guardOutput } from "../model/guard-output";
import type { Tracer } from "../trace/tracer";
import type { Cloud } from "./cloud";
import { patientRetries } from "./retries";

export interface CloudOptions {
  /** Always given: nothing of this ever reaches AWS. */
  readonly endpoint: string;
  readonly region: string;
  readonly tracer: Tracer;
}

export function openCloud({ endpoint, region, tracer }: CloudOptions): Cloud & { close(): void } {
  const settings = {
    endpoint,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    retryStrategy: patientRetries(),
  };
  const clients = {
    ec2: watched(new EC2Client(settings), "ec2", tracer),
    iam: watched(new IAMClient(settings), "iam", tracer),
    ecr: watched(new ECRClient(settings), "ecr", tracer),
    route53: watched(new Route53Client(settings), "route53", tracer),
  };
  return {
    ...clients,
    region,
    account: "123456789012",
    patience: { pollMs: 50, timeoutMs: 20_000, pause: (ms) => pause(ms), now: () => performance.now() },
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

type Client = EC2Client | IAMClient | ECRClient | Route53Client;

function watched<T extends Client>(client: T, service: string, tracer: Tracer): T {
  // All clients have the same stack of middleware, each with types of its own.
  (client as EC2Client).middlewareStack.add(
    (next, context) => async (args) => {
      const model = apiModel(service);
      const operation = (context.commandName ?? "").replace(/Command$/, "");
      const mistakes = inputMistakes(model, operation, args.input);
      if (mistakes.length > 0) throw new ModelMismatch(mistakes.join("\n"));
      const answer = await tracer.called({ service, operation, input: args.input }, () => next(args));
      return { ...answer, output: guardOutput(model, operation, answer.output) };
    },
    { step: "initialize", name: "awsModelCheck" },
  );
  return client;
}
