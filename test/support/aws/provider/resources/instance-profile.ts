import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagList, tagOutputs } from "../tags";
import { requiredText, text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = "NoSuchEntityException";

export const instanceProfile: ResourceKind = {
  global: true,
  inputs: { name: replace, path: { ...replace, keeps: true }, role: update, tags: update },
  autoName: "name",
  async create(cloud, inputs) {
    const Tags = tagList(inputs);
    const { InstanceProfile } = await cloud.iam.send(
      new CreateInstanceProfileCommand({
        InstanceProfileName: requiredText(inputs, "name"),
        Path: text(inputs, "path"),
        ...(Tags.length > 0 && { Tags }),
      }),
    );
    return InstanceProfile?.InstanceProfileName ?? "";
  },
  async settle(cloud, id, inputs) {
    const { Roles } = await until(cloud, `instance profile ${id}`, () => described(cloud, id));
    const RoleName = text(inputs, "role");
    const there = Roles?.[0]?.RoleName;
    if (there === RoleName) return;
    if (there !== undefined) await leave(cloud, id, there);
    if (RoleName === undefined) return;
    const add = () => cloud.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: id, RoleName }));
    await whenPossible(cloud, add, hasCode(missing));
  },
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: found.Arn,
      name: found.InstanceProfileName,
      path: found.Path,
      uniqueId: found.InstanceProfileId,
      createDate: found.CreateDate?.toISOString(),
      role: found.Roles?.[0]?.RoleName,
      ...tagOutputs(found.Tags?.map(({ Key, Value }) => ({ Key, Value }))),
    } satisfies PlainRecord;
  },
  /** The role is changed by `settle`. */
  async update(cloud, id, { news, olds, has }) {
    if (!has("tags")) return;
    const Tags = tagList(news);
    const gone = tagList(olds).flatMap(({ Key }) => (Tags.some((tag) => tag.Key === Key) ? [] : [Key]));
    const InstanceProfileName = id;
    if (gone.length > 0) await cloud.iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: gone }));
    if (Tags.length > 0) await cloud.iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }));
  },
  async delete(cloud, id, olds) {
    const role = text(olds, "role");
    if (role !== undefined) await leave(cloud, id, role);
    await unlessMissing(cloud.iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: id })), missing);
  },
};

async function leave(cloud: Cloud, InstanceProfileName: string, RoleName: string): Promise<void> {
  const command = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName });
  await unlessMissing(cloud.iam.send(command), missing);
}

async function described(cloud: Cloud, InstanceProfileName: string) {
  const asked = cloud.iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  return (await unlessMissing(asked, missing))?.InstanceProfile;
}
