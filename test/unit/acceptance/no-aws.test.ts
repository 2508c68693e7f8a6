import { execFileSync } from "node:child_process";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const { keepFromAws, withAws } = require("../../support/no-aws.cjs") as {
  keepFromAws(env: Record<string, string | undefined>): void;
  withAws(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> | undefined;
};

/** What the SDK is about to send. */
interface HttpRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

describe("a test of this project", () => {
  it("that asks AWS of its own accord asks a port where nothing listens", async () => {
    const asked: string[] = [];
    const handle = async ({ protocol, hostname, port }: HttpRequest) => {
      asked.push(`${protocol}//${hostname}:${port}`);
      throw new Error("not sent");
    };
    const options = { region: "eu-central-1", maxAttempts: 1, requestHandler: { handle } };
    await Promise.allSettled([
      new EC2Client(options).send(new DescribeVpcsCommand({})),
      new IAMClient(options).send(new ListRolesCommand({})),
      new ECRClient(options).send(new GetAuthorizationTokenCommand({})),
      new Route53Client(options).send(new ListHostedZonesCommand({})),
      new STSClient(options).send(new GetCallerIdentityCommand({})),
    ]);
    expect(asked).toEqual(Array(5).fill("http://127.0.0.1:9"));
  });

  it("starts no program that could do it either", () => {
    const words = ["-e", "console.log(process.env.AWS_ENDPOINT_URL, process.env.AWS_PROFILE, process.env.AWS_ACCESS_KEY_ID)"];
    expect(execFileSync(process.execPath, words, { encoding: "utf8" })).toBe("http://127.0.0.1:9 undefined none\n");
  });
});

describe("the operator's own settings for AWS", () => {
  const own = { AWS_PROFILE: "work", AWS_REGION: "eu-west-1" };

  it("are gone without DRAYAGE_AWS_ACCEPTANCE, whatever else says that they are saved", () => {
    const env: Record<string, string | undefined> = { ...own, DRAYAGE_AWS_ACCEPTANCE_ENV: "{}" };
    keepFromAws(env);
    expect(JSON.stringify(env)).not.toContain("work");
    expect(withAws(env)).toBeUndefined();
    expect(withAws({ ...env, DRAYAGE_AWS_ACCEPTANCE_ENV: "{}" })).toBeUndefined();
  });

  it("come back for the acceptance suite alone, without what keeps the others away", () => {
    const env: Record<string, string | undefined> = { ...own, DRAYAGE_AWS_ACCEPTANCE: "eu-central-1" };
    keepFromAws(env);
    keepFromAws(env);
    expect([env.AWS_ENDPOINT_URL, env.AWS_PROFILE]).toEqual(["http://127.0.0.1:9", undefined]);
    expect(withAws(env)).toMatchObject({ ...own, AWS_ENDPOINT_URL: undefined, AWS_ACCESS_KEY_ID: undefined });
  });
});
