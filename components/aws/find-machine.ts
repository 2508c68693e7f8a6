/** Asks Amazon whether a machine that was made is still there: the state says so until a refresh. */
import { getEbsVolumes } from "@pulumi/aws/ebs/getEbsVolumes";
import { getInstances } from "@pulumi/aws/ec2/getInstances";
import { type InvokeOptions, log } from "@pulumi/pulumi";
import type { MadeMachine } from "../../sdk/resources/machine-mark";
import { judgeMachine, type MachineStanding, standing } from "./judge-machine";

/** Never fails, and never calls a machine lost of which it is not sure. */
export async function findMachine(host: string, made: MadeMachine, options: InvokeOptions): Promise<MachineStanding> {
  const { instance, volume } = made;
  if (instance === "") return standing;
  try {
    const alive = await getInstances({ filters: [named("instance-id", instance)], instanceStateNames: living }, options);
    if (alive.ids.includes(instance)) return standing;
    const disk = named("volume-id", volume);
    const [seen, used, itsOwn] = await Promise.all([
      getEbsVolumes({ filters: [disk] }, options),
      getEbsVolumes({ filters: [disk, named("status", "in-use")] }, options),
      getEbsVolumes({ filters: [disk, named("attachment.instance-id", instance)] }, options),
    ]);
    const [sees, isUsed, isItsOwn] = [seen, used, itsOwn].map(({ ids }) => ids.includes(volume)) as [boolean, boolean, boolean];
    const judged = judgeMachine(made, { sees, isUsed, isItsOwn });
    if (judged.warning !== undefined) void log.warn(`${host}: ${judged.warning}`);
    return judged;
  } catch (error) {
    void log.warn(`${host}: Amazon could not be asked whether ${instance} is there: ${String(error).slice(0, 300)}`);
    return standing;
  }
}

const living = ["pending", "running", "stopping", "stopped"];
const named = (name: string, value: string) => ({ name, values: [value] });
