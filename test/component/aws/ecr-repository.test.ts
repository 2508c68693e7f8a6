import { Image, LocalHost, Workload } from "drayage";
import { EcrRepository } from "drayage/aws";
import { type AwsMocks, mockAws, settled } from "../../support/aws-mocks";
import { registeredAll } from "../../support/pulumi-mocks";

describe("an EcrRepository", () => {
  let aws: AwsMocks;

  it("makes tags mean one image for ever, is scanned and encrypted, and is not deleted by mistake", async () => {
    aws = mockAws();
    new EcrRepository("api", { repository: "team/api", tags: { team: "shop" } });
    await settled(aws);
    expect(aws.named("api-repository")).toEqual({
      name: "team/api",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      tags: {
        Name: "api-repository",
        team: "shop",
        "drayage:project": "shop",
        "drayage:stack": "dev",
        "drayage:host": "api",
      },
    });
    expect(aws.named("api-lifecycle")).toMatchObject({ repository: "team/api", policy: expect.stringContaining("untagged") });
  });

  it("may be encrypted by a key of KMS, and keep everything; its children are adjusted by their transforms", async () => {
    aws = mockAws();
    new EcrRepository("api", {
      kmsKeyId: "alias/images",
      untaggedDays: "keep",
      transform: { repository: (args) => Object.assign(args, { imageTagMutability: "MUTABLE" }) },
    });
    await settled(aws);
    expect(aws.named("api-repository")).toMatchObject({
      imageTagMutability: "MUTABLE",
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "alias/images" }],
    });
    expect(aws.of("aws:ecr/lifecyclePolicy:LifecyclePolicy")).toEqual([]);
  });

  it("is where an Image is pushed, and a workload's host pulls, by a token and not by a password", async () => {
    aws = mockAws();
    const repository = new EcrRepository("api", { repository: "team/api" });
    const image = new Image("api", {
      context: "test/fixtures/programs/notes/app",
      push: repository.push({ profile: "ci", fallback: "ship" }),
    });
    const shop = new Workload("shop", { host: new LocalHost("here"), services: { api: { image } } });
    // Folders are hashed before an image is registered.
    await registeredAll(shop);
    const push = {
      registry: "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
      repository: "team/api",
      credentials: { ecr: { region: "eu-central-1", profile: "ci" } },
      fallback: "ship",
    };
    expect(aws.of("drayage:index:Image")[0]?.inputs).toMatchObject({ push });
    const services = aws.of("drayage:index:Workload")[0]?.inputs.services as { api?: { image?: object } } | undefined;
    expect(services?.api?.image).toMatchObject({ pushed: push });
  });

  it("with mistakes makes nothing at Amazon", async () => {
    aws = mockAws();
    new EcrRepository("API");
    await settled(aws);
    expect(aws.registered.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
    expect(aws.registered.find(({ inputs }) => inputs.problems !== undefined)?.inputs.problems).toEqual([
      { path: "API: repository", reason: expect.stringContaining("lower case") },
    ]);
  });
});
