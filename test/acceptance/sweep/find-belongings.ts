/** Everything that carries the budget tag, whoever made it. Changes nothing. */
import { DescribeTagsCommand, type EC2Client, type TagDescription } from "@aws-sdk/client-ec2";
import {
  GetInstanceProfileCommand,
  type IAMClient,
  ListInstanceProfilesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  type Tag,
} from "@aws-sdk/client-iam";
import { type Belonging, tagKeys } from "./belonging";

export interface Clients {
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
}

/** @param prefix of the names of roles and profiles: IAM tells tags only one by one */
export async function findBelongings({ ec2, iam }: Clients, prefix: string): Promise<Belonging[]> {
  return [...(await taggedAtEc2(ec2)), ...(await profiles(iam, prefix)), ...(await roles(iam, prefix))];
}

async function taggedAtEc2(ec2: EC2Client): Promise<Belonging[]> {
  const Filters = [{ Name: "key", Values: Object.values(tagKeys) }];
  const all = await pages(async (NextToken) => {
    const { Tags = [], NextToken: next } = await ec2.send(new DescribeTagsCommand({ Filters, NextToken }));
    return [Tags, next];
  });
  return [...new Set(all.map(({ ResourceId }) => ResourceId ?? ""))].map((id) => {
    const tags = all.filter(({ ResourceId }) => ResourceId === id);
    return { kind: kindOf(tags[0]), id, tags: asRecord(tags) };
  });
}

async function roles(iam: IAMClient, prefix: string): Promise<Belonging[]> {
  const all = await pages(async (Marker) => {
    const { Roles = [], Marker: next } = await iam.send(new ListRolesCommand({ Marker }));
    return [Roles, next];
  });
  const names = all.map(({ RoleName }) => RoleName ?? "").filter((name) => name.startsWith(prefix));
  const tagsOf = async (RoleName: string) => (await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags;
  return Promise.all(names.map(async (id) => ({ kind: "role", id, tags: asRecord(await tagsOf(id)) })));
}

async function profiles(iam: IAMClient, prefix: string): Promise<Belonging[]> {
  const all = await pages(async (Marker) => {
    const { InstanceProfiles = [], Marker: next } = await iam.send(new ListInstanceProfilesCommand({ Marker }));
    return [InstanceProfiles, next];
  });
  const names = all.map(({ InstanceProfileName }) => InstanceProfileName ?? "").filter((name) => name.startsWith(prefix));
  const tagsOf = async (name: string) =>
    (await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }))).InstanceProfile?.Tags;
  return Promise.all(names.map(async (id) => ({ kind: "instance-profile", id, tags: asRecord(await tagsOf(id)) })));
}

async function pages<T>(page: (from: string | undefined) => Promise<readonly [T[], string | undefined]>): Promise<T[]> {
  const all: T[] = [];
  let from: string | undefined;
  do {
    const [some, next] = await page(from);
    all.push(...some);
    from = next;
  } while (from !== undefined);
  return all;
}

/** moto has a word of its own for an Elastic IP. */
const kindOf = (tag: TagDescription | undefined): string => (tag?.ResourceType ?? "").replace(/^vpc-elastic-ip$/, "elastic-ip");

const asRecord = (tags: readonly (Tag | TagDescription)[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
