/** Kind of operation → what runs it. The plan has decided everything; here is only the table. */
import { removeForwarders } from "../forward/forwarder-container";
import type { Executor } from "../plan/run-plan";
import { createContainer } from "./operate/create-container";
import { createNetwork } from "./operate/create-network";
import { createVolume } from "./operate/create-volume";
import type { ContainerDetail } from "./operate/find-container";
import { gateContainer } from "./operate/gate-container";
import { promoteContainer } from "./operate/promote-container";
import { keepDataVolume, removeDataVolume, removeDelivery, removeNetwork } from "./operate/remove-objects";
import { runContainer } from "./operate/run-container";
import { startContainer } from "./operate/start-container";
import { removeContainer, stopContainer } from "./operate/stop-container";
import { updateContainer } from "./operate/update-container";
import { writeDelivery } from "./operate/write-delivery";
import type { NewContainerDetail, ObjectDetail, OldContainerDetail, RepairDetail, WorkloadOperationKind } from "./operations";
import { type WorkloadWorld, wantedImage, wantedServiceOf } from "./workload-world";

export function workloadExecutors(world: WorkloadWorld): Record<WorkloadOperationKind, Executor> {
  const supply: Executor = async ({ detail }, context) => {
    const service = wantedServiceOf(world, (detail as unknown as ObjectDetail).name);
    await world.images.supply(world.host, wantedImage(service, world.locked), context);
  };
  return {
    "ship image": supply,
    "pull image": supply,
    "create network": (one) => createNetwork(world, objectOf(one).name),
    "create volume": (one, context) => createVolume(world, objectOf(one).name, timeOf(context)),
    "write secrets": (one, context) => writeDelivery(world, "secrets", objectOf(one).name, context),
    "write configs": (one, context) => writeDelivery(world, "configs", objectOf(one).name, context),
    "create container": async (one, context) => void (await createContainer(world, newOf(one), context)),
    "start container": (one) => startContainer(world, containerOf(one)),
    "gate container": (one, context) => gateContainer(world, containerOf(one), context),
    "promote container": (one) => promoteContainer(world, newOf(one)),
    "run container": (one, context) => runContainer(world, newOf(one), context),
    "update container": (one) => updateContainer(world, one.detail as unknown as RepairDetail),
    "stop container": (one) => stopContainer(world, one.detail as unknown as OldContainerDetail),
    "remove container": (one) => removeContainer(world, one.detail as unknown as OldContainerDetail),
    "remove network": (one, context) => removeNetwork(world, objectOf(one), (text) => context.report.say("warning", text)),
    "remove secrets": (one, context) => removeDelivery(world, objectOf(one), (text) => context.report.say("warning", text)),
    "remove configs": (one, context) => removeDelivery(world, objectOf(one), (text) => context.report.say("warning", text)),
    "remove volume": (one) => removeDataVolume(world, objectOf(one)),
    "keep volume": (one, context) => keepDataVolume(world, objectOf(one), timeOf(context)),
    "remove forwarder": () => removeForwarders(world.host.docker, world.wanted.identity),
  };
}

type Given = Parameters<Executor>[0];

function objectOf(operation: Given): ObjectDetail {
  return operation.detail as unknown as ObjectDetail;
}

function newOf(operation: Given): NewContainerDetail {
  return operation.detail as unknown as NewContainerDetail;
}

function containerOf(operation: Given): ContainerDetail {
  return operation.detail as unknown as ContainerDetail;
}

function timeOf(context: Parameters<Executor>[1]): string {
  return new Date(context.clock.now()).toISOString();
}
