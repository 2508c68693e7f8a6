import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository } from "@pulumi/aws/ecr/repository";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { PushArgs } from "../../sdk/resources/image";
import { knownPart } from "../../sdk/resources/known-part";
import { permission } from "../../sdk/resources/mistakes";
import { child, taggedChild } from "./child";
import { lifecyclePolicy, readEcrRepository } from "./read-ecr-repository";
import type { EcrRepositoryTransforms } from "./transforms";

export interface EcrRepositoryArgs {
  /** Its name at ECR, `"team/api"`. Default: the name of this resource. Another one later is another repository. */
  readonly repository?: string;
  /** Days after which an image that no tag names any more is removed; `"keep"` removes none. Default 14. What has a tag stays. */
  readonly untaggedDays?: number | "keep";
  /** Key of KMS that encrypts it; not to be changed later. Default: Amazon's own, AES-256. */
  readonly kmsKeyId?: Input<string>;
  /** False lets it be deleted, once it is empty. To be written one `up` before it leaves the program. Default true. */
  readonly protected?: boolean;
  /** Tags beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Adjusts children: one function for each. */
  readonly transform?: EcrRepositoryTransforms;
}

/** What `push` of an Image may say beside where and as whom. */
export interface EcrPushArgs extends Pick<PushArgs, "tag" | "fallback"> {
  /** Of `~/.aws/config` on this machine, for tokens. Default: AWS_PROFILE, else what AWS's own chain finds. */
  readonly profile?: Input<string>;
  /** Of ECR's API, `https://…`: an endpoint of your network. Default: AWS's own. */
  readonly endpoint?: Input<string>;
}

/**
 * A repository of Amazon ECR, for one Image. Its tags mean one image for ever, each push is scanned, and what a stack may be rolled back
 * to is never removed. Hosts need no account at Amazon: they pull with a token that is fetched on this machine when they do.
 *
 * @example
 * const repository = new EcrRepository("api", { repository: "team/api" });
 * const api = new Image("api", { context: "./api", push: repository.push() });
 */
export class EcrRepository extends ComponentResource {
  /** `123456789012.dkr.ecr.eu-central-1.amazonaws.com` */
  readonly registry: Output<string>;
  /** Its name at ECR. */
  readonly repository: Output<string>;
  /** For policies. */
  readonly arn: Output<string>;
  readonly region: Output<string>;

  constructor(name: string, args: EcrRepositoryArgs = {}, options?: ComponentResourceOptions) {
    super("drayage:aws:EcrRepository", name, {}, options);
    const { transform = {}, kmsKeyId, ...others } = args;
    const { spec, problems } = readEcrRepository(name, knownPart({ ...others, kmsKeyId }));
    const scope = { name, parent: this, after: permission(name, problems), tags: args.tags };
    const encryption = kmsKeyId === undefined ? { encryptionType: "AES256" } : { encryptionType: "KMS", kmsKey: kmsKeyId };
    const made = taggedChild(scope, Repository, {
      key: "repository",
      args: {
        name: spec.repository,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [encryption],
      },
      options: { protect: spec.protected },
      transform: transform.repository,
    });
    if (spec.untaggedDays !== "keep") {
      child(scope, LifecyclePolicy, {
        key: "lifecycle",
        args: { repository: made.name, policy: lifecyclePolicy(spec.untaggedDays) },
        transform: transform.lifecyclePolicy,
      });
    }
    this.registry = made.repositoryUrl.apply((url) => url.split("/")[0] ?? "");
    this.repository = made.name;
    this.arn = made.arn;
    this.region = made.region;
    this.registerOutputs({ registry: this.registry, repository: this.repository });
  }

  /** What an Image's `push` takes. */
  push({ profile, endpoint, ...more }: EcrPushArgs = {}): PushArgs {
    const ecr = { region: this.region, ...(profile !== undefined && { profile }), ...(endpoint !== undefined && { endpoint }) };
    return { registry: this.registry, repository: this.repository, credentials: { ecr }, ...more };
  }
}
