/**
 * AWS for programs under test: moto plays the API, an attached `aws` provider maps resources to calls of the real SDK. The provider
 * lives in the test's process and the engine is told its port. What moto leaves out of the API is added in moto/serve-moto.py.
 */

import { EC2Client, ModifyInstanceAttributeCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { isRecord, type Plain, type PlainRecord } from "../../../sdk/provider/plain";
import { startProvider } from "../../../sdk/provider/serve";
import { type Existing, openCensus } from "./describe-all";
import { startFaultProxy } from "./faults/fault-proxy";
import { createFaults, type Faults } from "./faults/faults";
import { startMoto } from "./moto/start-moto";
import { packageFunctions } from "./provider/functions";
import { openCloud } from "./provider/open-cloud";
import { resourceHandler } from "./provider/resource-handler";
import type { ResourceKind } from "./provider/resource-kind";
import { resourceKinds } from "./provider/resource-kinds";
import { traceText } from "./trace/trace-text";
import { createTracer, type TracedCall } from "./trace/tracer";

export interface AwsOptions {
  /** Default eu-central-1. */
  readonly region?: string;
  /** In place of the mapping of a type: to see that a wrong one is noticed. */
  readonly kinds?: Readonly<Record<string, ResourceKind>>;
}

export interface Aws {
  /** For runs of programs that use `@pulumi/aws`, and for whatever reads AWS's own variables. */
  readonly env: NodeJS.ProcessEnv;
  /** For the stack's file, whole keys. */
  readonly config: Readonly<Record<string, string>>;
  /** Of moto itself, past faults and trace: for whoever watches what there is. */
  readonly endpoint: string;
  readonly region: string;
  /** Off until asked for. */
  readonly faults: Faults;
  /** Every call of the provider so far. */
  trace(): readonly TracedCall[];
  /** Grows with each call of the provider, when it begins and when it is answered. */
  revision(): number;
  /** How many of them are under way. */
  openCalls(): number;
  /** The trace as text that is the same in every run; see trace-text.ts. */
  traceText(): string;
  /** All that exists but for what a new account has. */
  describeAll(): Promise<Existing[]>;
  /** Somebody takes the termination protection of a machine off and ends it, past Pulumi: its data volume and addresses stay. */
  lose(instanceId: string): Promise<void>;
  /** As new: what exists is gone, no faults, the trace is empty. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** At least the SDK's, or the engine looks for another plugin. */
const version = "7.48.0";

const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

export async function startAws({ region = "eu-central-1", kinds: wrong }: AwsOptions = {}): Promise<Aws> {
  // Of jest's process: the SDK would tell each suite when it will want another Node.
  Object.assign(process.env, quiet);
  const moto = await startMoto();
  const tracer = createTracer();
  const faults = createFaults();
  const proxy = await startFaultProxy(moto.endpoint, faults);
  const cloud = openCloud({ endpoint: proxy.endpoint, region, tracer });
  const census = await openCensus(moto.endpoint, region);
  const kinds = Object.entries({ ...resourceKinds, ...wrong });
  const provider = await startProvider({
    handlers: Object.fromEntries(kinds.map(([token, kind]) => [token, resourceHandler(kind, cloud, tracer)])),
    functions: packageFunctions(cloud, tracer),
    configure: (config) => refuseOther(config, region),
    version,
  });
  return {
    env: {
      PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: region,
      AWS_ENDPOINT_URL: proxy.endpoint,
      ...quiet,
    },
    config: { "aws:region": region },
    endpoint: moto.endpoint,
    region,
    faults,
    trace: () => tracer.calls,
    revision: () => tracer.revision,
    openCalls: () => tracer.open,
    traceText: () => traceText(tracer),
    describeAll: () => census.all(),
    lose: (instanceId) => lose(moto.endpoint, region, instanceId),
    async reset() {
      await moto.reset();
      await census.begin();
      faults.clear();
      tracer.clear();
    },
    async stop() {
      faults.clear();
      await provider.stop();
      cloud.close();
      census.close();
      await proxy.stop();
      await moto.stop();
    },
  };
}

async function lose(endpoint: string, region: string, InstanceId: string): Promise<void> {
  const client = new EC2Client({ endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  await client.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: false } }));
  await client.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  client.destroy();
}

/** A setting that would change nothing here must not look as if it had been tested. An explicit provider's come as JSON text. */
function refuseOther(config: PlainRecord, region: string): void {
  const known: Record<string, (value: Plain) => boolean> = {
    region: (value) => value === region,
    version: () => true,
    skipCredentialsValidation: (value) => value === true,
    skipRegionValidation: () => true,
    skipMetadataApiCheck: () => true,
    accessKey: () => true,
    secretKey: () => true,
  };
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined || isEmpty(value) || name.startsWith("__")) continue;
    if (!known[name]?.(plainOf(value)))
      throw new Error(`the stand-in for aws cannot be configured with ${name} = ${String(value)}`);
  }
}

const isEmpty = (value: Plain): boolean => value === null || value === "" || (isRecord(value) && Object.keys(value).length === 0);

function plainOf(value: Plain): Plain {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Plain;
  } catch {
    return value;
  }
}
