/**
 * The machines of a fake cloud: for every instance that its API knows a host of the lab boots that instance's user data, sees the EBS
 * volumes that are attached to it, and is reached at its Elastic IPs as far as routes and security groups let anybody through. All of
 * it is told by Describe calls, nothing by the program that made it.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { DockerEngine } from "../../../sdk/engine/docker/docker-engine";
import type { Lab } from "../../../sdk/lab/lab";
import type { LabMachine } from "../../../sdk/lab/lab-machine";
import { describeCloud, userDataOf } from "./describe-cloud";
import { EbsStore } from "./ebs-store";
import { MachinePark, type MachinesSeen } from "./machine-park";

export interface AwsMachinesOptions {
  /** Of the API itself: what a fault in front of it hides or holds back happens all the same. */
  readonly ec2: EC2Client;
  readonly lab: Lab;
  readonly docker: DockerEngine;
  /** Grows with every call that changes something there, when it begins and when it is answered. Absent: it is looked all the time. */
  readonly revision?: () => number;
}

export interface AwsMachines {
  /** What is there now, and all that could not be done. */
  describe(): MachinesSeen;
  /** The machine behind an instance. */
  machine(instanceId: string): LabMachine | undefined;
  /** When all that the API says by now has been done. */
  settled(): Promise<void>;
  /** Another machine answers at every Elastic IP, until it is called without one. */
  divert(address?: string): void;
  /** The machines, their disks and the listeners go. */
  stop(): Promise<void>;
}

const lookEvery = 200;
/** What is in flight when the revision is read shows a little later. */
const lookAfter = 2000;

export async function startAwsMachines({ ec2, lab, docker, revision }: AwsMachinesOptions): Promise<AwsMachines> {
  const image = (await docker.inspectContainer(lab.state.hosts[0]?.containerId ?? ""))?.Image;
  if (image === undefined) throw new Error("the lab has no host yet");
  const store = await EbsStore.start(docker, lab.state, image);
  const park = new MachinePark({ lab, docker, store, userData: (id) => userDataOf(ec2, id) });
  const waiting: (() => void)[] = [];
  let stopped = false;
  let seen = -1;
  let changedAt = 0;

  const watch = async () => {
    while (!stopped) {
      const now = revision?.() ?? seen + 1;
      if (now !== seen) changedAt = performance.now();
      seen = now;
      const asked = waiting.splice(0);
      if (asked.length > 0 || performance.now() - changedAt < lookAfter)
        await park.follow(await describeCloud(ec2, park.volumesSeen));
      for (const done of asked) done();
      await pause(asked.length > 0 ? 0 : lookEvery);
    }
  };
  const watching = watch().catch((error: unknown) => park.note(`the watch ended: ${String(error)}`));

  return {
    describe: () => park.describe(),
    machine: (instanceId) => park.machine(instanceId),
    settled: () => Promise.race([watching, new Promise<void>((done) => waiting.push(done))]),
    divert: (address) => park.forwarder.divert(address),
    async stop() {
      stopped = true;
      await watching;
      await park.clear();
      await store.stop();
    },
  };
}
