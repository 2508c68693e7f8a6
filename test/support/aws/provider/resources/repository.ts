import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  type EncryptionType,
  type ImageTagMutability,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { object, replace, setting, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagList, tagOutputs } from "../tags";
import { flag, records, requiredText, text } from "../values";
import { unlessMissing, until } from "../waiting";

const missing = "RepositoryNotFoundException";

export const repository: ResourceKind = {
  inputs: {
    name: replace,
    imageTagMutability: { ...update, keeps: true },
    imageScanningConfiguration: object({ scanOnPush: update }),
    encryptionConfigurations: replace,
    forceDelete: setting,
    tags: update,
  },
  autoName: "name",
  async create(cloud, inputs) {
    const [encryption] = records(inputs, "encryptionConfigurations");
    const scanOnPush = flag(inputs, "imageScanningConfiguration.scanOnPush");
    const tags = tagList(inputs);
    const made = await cloud.ecr.send(
      new CreateRepositoryCommand({
        repositoryName: requiredText(inputs, "name"),
        imageTagMutability: mutability(inputs),
        ...(scanOnPush !== undefined && { imageScanningConfiguration: { scanOnPush } }),
        ...(encryption && {
          encryptionConfiguration: {
            encryptionType: text(encryption, "encryptionType") as EncryptionType,
            kmsKey: text(encryption, "kmsKey"),
          },
        }),
        ...(tags.length > 0 && { tags }),
      }),
    );
    return made.repository?.repositoryName ?? "";
  },
  settle: async (cloud, id) => void (await until(cloud, `repository ${id}`, () => described(cloud, id))),
  async read(cloud, id, inputs) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    const { tags } = await cloud.ecr.send(new ListTagsForResourceCommand({ resourceArn: found.repositoryArn }));
    const { encryptionType, kmsKey } = found.encryptionConfiguration ?? {};
    const [wanted] = records(inputs, "encryptionConfigurations");
    return {
      arn: found.repositoryArn,
      name: found.repositoryName,
      region: cloud.region,
      registryId: found.registryId,
      repositoryUrl: found.repositoryUri,
      imageTagMutability: found.imageTagMutability,
      imageScanningConfiguration: { scanOnPush: found.imageScanningConfiguration?.scanOnPush },
      // A key that AWS chose is no difference to one that the program does not name.
      encryptionConfigurations: [{ encryptionType, ...(wanted?.kmsKey !== undefined && { kmsKey }) }],
      ...tagOutputs(tags?.map(({ Key, Value }) => ({ Key, Value }))),
    } satisfies PlainRecord;
  },
  async update(cloud, id, { news, olds, has }) {
    const repositoryName = id;
    if (has("imageTagMutability")) {
      await cloud.ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: mutability(news) }));
    }
    if (has("imageScanningConfiguration")) {
      const imageScanningConfiguration = { scanOnPush: flag(news, "imageScanningConfiguration.scanOnPush") };
      await cloud.ecr.send(new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }));
    }
    if (!has("tags")) return;
    const tags = tagList(news);
    const gone = tagList(olds).flatMap(({ Key }) => (tags.some((tag) => tag.Key === Key) ? [] : [Key]));
    const resourceArn = requiredText(olds, "arn");
    if (gone.length > 0) await cloud.ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: gone }));
    if (tags.length > 0) await cloud.ecr.send(new TagResourceCommand({ resourceArn, tags }));
  },
  async delete(cloud, id, olds) {
    const force = flag(olds, "forceDelete");
    const remove = new DeleteRepositoryCommand({ repositoryName: id, ...(force !== undefined && { force }) });
    await unlessMissing(cloud.ecr.send(remove), missing);
  },
};

const mutability = (inputs: PlainRecord) => text(inputs, "imageTagMutability") as ImageTagMutability | undefined;

async function described(cloud: Cloud, name: string) {
  const asked = cloud.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
  return (await unlessMissing(asked, missing))?.repositories?.[0];
}
