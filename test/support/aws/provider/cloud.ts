/** The AWS that mappings talk to: clients of the real SDK, every call of which is checked, traced and repeated when throttled. */
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { Route53Client } from "@aws-sdk/client-route-53";

export interface Cloud {
  readonly region: string;
  readonly account: string;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly ecr: ECRClient;
  readonly route53: Route53Client;
  /** How often what is not there yet is asked for again, and for how long. */
  readonly patience: Patience;
}

export interface Patience {
  readonly pollMs: number;
  readonly timeoutMs: number;
  pause(ms: number): Promise<void>;
  now(): number;
}
