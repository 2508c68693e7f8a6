import {
  DescribeInstancesCommand,
  type Instance,
  type InstanceStateName,
  StartInstancesCommand,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Cloud } from "./cloud";
import { unlessMissing, until } from "./waiting";

export const missingInstance = "InvalidInstanceID.NotFound";

/** A terminated one is told of by AWS for another hour, and is gone. */
export async function describeInstance(cloud: Cloud, id: string): Promise<Instance | undefined> {
  const asked = cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const found = (await unlessMissing(asked, missingInstance))?.Reservations?.[0]?.Instances?.[0];
  return found?.State?.Name === "terminated" ? undefined : found;
}

export async function awaitState(cloud: Cloud, id: string, ...wanted: readonly InstanceStateName[]): Promise<Instance> {
  return until(cloud, `instance ${id} ${wanted.join(" or ")}`, async () => {
    const found = await describeInstance(cloud, id);
    return found?.State?.Name !== undefined && wanted.includes(found.State.Name) ? found : undefined;
  });
}

/** As the real provider it takes one that has ended, or that nobody knows any more, for an error. */
export async function stopInstance(cloud: Cloud, id: string): Promise<void> {
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await awaitState(cloud, id, "stopped");
}

export async function startInstance(cloud: Cloud, id: string): Promise<void> {
  await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await awaitState(cloud, id, "running");
}
