/** Tags of EC2's resources: of the call that makes one, as they are described, and changed. */
import { CreateTagsCommand, DeleteTagsCommand, type ResourceType, type Tag } from "@aws-sdk/client-ec2";
import { isRecord, type PlainRecord } from "../../../../sdk/provider/plain";
import type { Cloud } from "./cloud";
import type { Change } from "./resource-kind";

export function tagList(inputs: PlainRecord, property = "tags"): { Key: string; Value: string }[] {
  const tags = inputs[property];
  return isRecord(tags) ? Object.entries(tags).map(([Key, Value]) => ({ Key, Value: String(Value) })) : [];
}

/** Nothing when there are none: an empty list is refused by AWS. */
export function tagged(inputs: PlainRecord, ...kinds: ResourceType[]) {
  const Tags = tagList(inputs);
  return Tags.length === 0 ? {} : { TagSpecifications: kinds.map((ResourceType) => ({ ResourceType, Tags })) };
}

export function tagOutputs(tags: readonly Pick<Tag, "Key" | "Value">[] | undefined): PlainRecord {
  const all = Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  return { tags: all, tagsAll: all };
}

export async function updateTags(cloud: Cloud, id: string, { news, olds, has }: Change): Promise<void> {
  if (!has("tags")) return;
  const wanted = tagList(news);
  const gone = tagList(olds).filter(({ Key }) => !wanted.some((tag) => tag.Key === Key));
  if (gone.length > 0) await cloud.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: gone }));
  if (wanted.length > 0) await cloud.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: wanted }));
}
