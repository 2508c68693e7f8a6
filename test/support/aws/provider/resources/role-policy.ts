import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { requiredText } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = "NoSuchEntityException";

export const rolePolicy: ResourceKind = {
  global: true,
  inputs: { name: replace, role: replace, policy: { ...update, as: "json" } },
  autoName: "name",
  async create(cloud, inputs) {
    await put(cloud, inputs);
    return `${requiredText(inputs, "role")}:${requiredText(inputs, "name")}`;
  },
  settle: async (cloud, id) => void (await until(cloud, `role policy ${id}`, () => described(cloud, id))),
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      name: found.PolicyName,
      role: found.RoleName,
      policy: decodeURIComponent(found.PolicyDocument ?? ""),
    } satisfies PlainRecord;
  },
  update: (cloud, _id, { news }) => put(cloud, news),
  async delete(cloud, id) {
    await unlessMissing(cloud.iam.send(new DeleteRolePolicyCommand(names(id))), missing);
  },
};

async function put(cloud: Cloud, inputs: PlainRecord): Promise<void> {
  const RoleName = requiredText(inputs, "role");
  const input = { RoleName, PolicyName: requiredText(inputs, "name"), PolicyDocument: requiredText(inputs, "policy") };
  await whenPossible(cloud, () => cloud.iam.send(new PutRolePolicyCommand(input)), hasCode(missing));
}

function names(id: string) {
  const [RoleName = "", PolicyName = ""] = id.split(":");
  return { RoleName, PolicyName };
}

const described = (cloud: Cloud, id: string) => unlessMissing(cloud.iam.send(new GetRolePolicyCommand(names(id))), missing);
