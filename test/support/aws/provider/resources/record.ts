import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type RRType,
} from "@aws-sdk/client-route-53";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, setting, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { flag, number, requiredText, texts } from "../values";
import { unlessMissing, until } from "../waiting";

/** An address of a name. A record that is there already is refused unless the program allows to overwrite it. */
export const record: ResourceKind = {
  global: true,
  inputs: {
    zoneId: replace,
    name: replace,
    type: replace,
    ttl: update,
    records: { ...update, as: "set" },
    allowOverwrite: setting,
  },
  async create(cloud, inputs) {
    await change(cloud, flag(inputs, "allowOverwrite") ? "UPSERT" : "CREATE", inputs);
    const { zoneId, name, type } = identity(inputs);
    return `${zoneId}_${name}_${type}`;
  },
  async read(cloud, _id, inputs) {
    const found = await described(cloud, inputs);
    if (found === undefined) return undefined;
    const { zoneId, name, type } = identity(inputs);
    return {
      zoneId,
      type,
      name,
      fqdn: found.Name?.replace(/\.$/, ""),
      ttl: found.TTL,
      records: (found.ResourceRecords ?? []).map(({ Value = "" }) => Value),
    } satisfies PlainRecord;
  },
  update: (cloud, _id, { news }) => change(cloud, "UPSERT", news),
  async delete(cloud, _id, olds) {
    const there = await described(cloud, olds);
    if (there !== undefined) await change(cloud, "DELETE", olds);
  },
};

const identity = (inputs: PlainRecord) => ({
  zoneId: requiredText(inputs, "zoneId"),
  name: requiredText(inputs, "name"),
  type: requiredText(inputs, "type") as RRType,
});

async function change(cloud: Cloud, Action: ChangeAction, inputs: PlainRecord): Promise<void> {
  const { zoneId: HostedZoneId, name: Name, type: Type } = identity(inputs);
  const ResourceRecords = (texts(inputs, "records") ?? []).map((Value) => ({ Value }));
  const ResourceRecordSet = { Name, Type, TTL: number(inputs, "ttl"), ResourceRecords };
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  const { ChangeInfo } = await cloud.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
  const Id = ChangeInfo?.Id;
  if (Id === undefined) return;
  await until(cloud, `change of ${Name}`, async () => {
    const asked = await cloud.route53.send(new GetChangeCommand({ Id }));
    return asked.ChangeInfo?.Status === "INSYNC" ? true : undefined;
  });
}

async function described(cloud: Cloud, inputs: PlainRecord) {
  const { zoneId, name, type } = identity(inputs);
  const input = { HostedZoneId: zoneId, StartRecordName: name, StartRecordType: type };
  const asked = await unlessMissing(cloud.route53.send(new ListResourceRecordSetsCommand(input)), "NoSuchHostedZone");
  return asked?.ResourceRecordSets?.find((it) => it.Type === type && it.Name?.replace(/\.$/, "") === name.replace(/\.$/, ""));
}
