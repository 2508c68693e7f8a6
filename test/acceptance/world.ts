/** What the acceptance test needs of the world it runs in: AWS itself, or the stand-in with machines of the lab. */
import { randomBytes } from "node:crypto";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { ec2HostArguments, type HostArguments, startLabCloud } from "../support/e2e/lab-cloud";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { AcceptanceSettings } from "./settings";
import { type SweepRule, tagKeys } from "./sweep/belonging";
import { type Clients, findBelongings } from "./sweep/find-belongings";

export interface AcceptanceWorld {
  readonly hosts: TestHosts;
  /** For the program's runs. */
  readonly env: NodeJS.ProcessEnv;
  /** Arguments of the Ec2Host; the budget's tags are among them. */
  readonly host: HostArguments & { readonly tags?: Readonly<Record<string, string>> };
  readonly clients: Clients;
  readonly rule: SweepRule;
  /** Kinds of what still exists of this run. */
  whatIsLeft(): Promise<string[]>;
  stop(): Promise<void>;
}

const { withAws } = require("../support/no-aws.cjs") as {
  withAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv | undefined;
};

type Somewhere = Exclude<AcceptanceSettings, { where: "nowhere" }>;

export async function openWorld(settings: Somewhere): Promise<AcceptanceWorld> {
  const now = new Date();
  const run = `${now.toISOString().slice(0, 10)}-${randomBytes(3).toString("hex")}`;
  const budget = settings.where === "aws" ? settings.budget : "moto";
  const maxAgeHours = settings.where === "aws" ? settings.maxAgeHours : 4;
  const rule = { budget, run, maxAgeHours, now };
  const tags = { [tagKeys.budget]: budget, [tagKeys.run]: run, [tagKeys.started]: now.toISOString() };
  const world = settings.where === "aws" ? await atAws(settings) : await atMoto();
  return { ...world, rule, host: { ...world.host, tags } };
}

type Place = Omit<AcceptanceWorld, "rule">;

async function atAws({ region, sshFrom }: Somewhere & { where: "aws" }): Promise<Place> {
  const own = withAws(process.env);
  if (own === undefined) throw new Error("the settings for AWS were not kept: run it through jest's projects");
  // The SDK reads this process's environment.
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  const clients = { ec2: new EC2Client({ region }), iam: new IAMClient({ region }) };
  const hosts = await testHosts();
  return {
    hosts,
    clients,
    env: { ...own, AWS_REGION: region },
    host: { ...ec2HostArguments(hosts), sshFrom },
    // A terminated machine is told of for an hour; rules go with their group.
    whatIsLeft: async () =>
      (await findBelongings(clients, "acceptance"))
        .map(({ kind }) => kind)
        .filter((kind) => !["instance", "security-group-rule"].includes(kind)),
    async stop() {
      clients.ec2.destroy();
      clients.iam.destroy();
    },
  };
}

async function atMoto(): Promise<Place> {
  const cloud = await startLabCloud();
  const { endpoint, region } = cloud.aws;
  const options = { endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const clients = { ec2: new EC2Client(options), iam: new IAMClient(options) };
  return {
    hosts: cloud.hosts,
    clients,
    env: cloud.aws.env,
    host: cloud.host,
    whatIsLeft: async () => (await cloud.aws.describeAll()).map(({ kind }) => kind),
    async stop() {
      clients.ec2.destroy();
      clients.iam.destroy();
      await cloud.stop();
    },
  };
}
