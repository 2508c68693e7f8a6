import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  ListInstanceProfilesForRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, setting, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagList, tagOutputs } from "../tags";
import { number, requiredText, text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = "NoSuchEntityException";

export const role: ResourceKind = {
  global: true,
  inputs: {
    name: replace,
    path: { ...replace, keeps: true },
    assumeRolePolicy: { ...update, as: "json" },
    description: update,
    maxSessionDuration: { ...update, keeps: true },
    forceDetachPolicies: setting,
    tags: update,
  },
  autoName: "name",
  async create(cloud, inputs) {
    const Tags = tagList(inputs);
    const { Role } = await cloud.iam.send(
      new CreateRoleCommand({
        RoleName: requiredText(inputs, "name"),
        AssumeRolePolicyDocument: requiredText(inputs, "assumeRolePolicy"),
        Path: text(inputs, "path"),
        Description: text(inputs, "description"),
        MaxSessionDuration: number(inputs, "maxSessionDuration"),
        ...(Tags.length > 0 && { Tags }),
      }),
    );
    return Role?.RoleName ?? "";
  },
  settle: async (cloud, id) => void (await until(cloud, `role ${id}`, () => described(cloud, id))),
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: found.Arn,
      name: found.RoleName,
      path: found.Path,
      uniqueId: found.RoleId,
      createDate: found.CreateDate?.toISOString(),
      assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
      description: found.Description,
      maxSessionDuration: found.MaxSessionDuration,
      ...tagOutputs(found.Tags?.map(({ Key, Value }) => ({ Key, Value }))),
    } satisfies PlainRecord;
  },
  async update(cloud, id, { news, olds, has }) {
    const RoleName = id;
    if (has("assumeRolePolicy")) {
      const PolicyDocument = requiredText(news, "assumeRolePolicy");
      await cloud.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    }
    if (has("description") || has("maxSessionDuration")) {
      const MaxSessionDuration = number(news, "maxSessionDuration");
      await cloud.iam.send(new UpdateRoleCommand({ RoleName, Description: text(news, "description") ?? "", MaxSessionDuration }));
    }
    if (!has("tags")) return;
    const Tags = tagList(news);
    const gone = tagList(olds).flatMap(({ Key }) => (Tags.some((tag) => tag.Key === Key) ? [] : [Key]));
    if (gone.length > 0) await cloud.iam.send(new UntagRoleCommand({ RoleName, TagKeys: gone }));
    if (Tags.length > 0) await cloud.iam.send(new TagRoleCommand({ RoleName, Tags }));
  },
  async delete(cloud, id) {
    const RoleName = id;
    const profiles = await unlessMissing(cloud.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName })), missing);
    for (const { InstanceProfileName } of profiles?.InstanceProfiles ?? []) {
      const leave = new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName });
      await unlessMissing(cloud.iam.send(leave), missing);
    }
    const remove = () => unlessMissing(cloud.iam.send(new DeleteRoleCommand({ RoleName })), missing);
    await whenPossible(cloud, remove, hasCode("DeleteConflictException"));
  },
};

async function described(cloud: Cloud, RoleName: string) {
  return (await unlessMissing(cloud.iam.send(new GetRoleCommand({ RoleName })), missing))?.Role;
}
