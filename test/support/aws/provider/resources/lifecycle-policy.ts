import { DeleteLifecyclePolicyCommand, GetLifecyclePolicyCommand, PutLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { requiredText } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"];

/** The real one replaces it too when its text changes. */
export const lifecyclePolicy: ResourceKind = {
  inputs: { repository: replace, policy: { ...replace, as: "json" } },
  deleteBeforeReplace: true,
  async create(cloud, inputs) {
    const repositoryName = requiredText(inputs, "repository");
    const command = new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: requiredText(inputs, "policy") });
    await whenPossible(cloud, () => cloud.ecr.send(command), hasCode("RepositoryNotFoundException"));
    return repositoryName;
  },
  settle: async (cloud, id) => void (await until(cloud, `lifecycle policy ${id}`, () => described(cloud, id))),
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      repository: found.repositoryName,
      registryId: found.registryId,
      policy: found.lifecyclePolicyText,
    } satisfies PlainRecord;
  },
  async delete(cloud, id) {
    await unlessMissing(cloud.ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: id })), ...missing);
  },
};

const described = (cloud: Cloud, repositoryName: string) =>
  unlessMissing(cloud.ecr.send(new GetLifecyclePolicyCommand({ repositoryName })), ...missing);
