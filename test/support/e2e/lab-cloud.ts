/** AWS whose machines run containers: moto plays its API, the stand-in its provider, and a host of the lab each of its instances. */
import { readFileSync } from "node:fs";
import { EC2Client } from "@aws-sdk/client-ec2";
import type { Ec2HostArgs } from "../../../components/aws/ec2-host-args";
import { type Aws, startAws } from "../aws/start-aws";
import { type AwsMachines, startAwsMachines } from "../aws-machines/start-aws-machines";
import { labUse, runRoot } from "./e2e-run";
import { EngineView } from "./engine-view";
import { type TestHosts, testHosts } from "./test-hosts";

export interface LabCloud {
  readonly hosts: TestHosts;
  readonly aws: Aws;
  readonly machines: AwsMachines;
  /** Arguments of an Ec2Host that these machines can be: the rest is the test's. */
  readonly host: HostArguments;
  /** Somebody ends the machine past Pulumi. When this is done it is gone from the lab too; its data volume stays as it was then. */
  lose(instanceId: string): Promise<void>;
  /** The engine of an instance's machine, by its own word. */
  engine(instanceId: string): EngineView;
  stop(): Promise<void>;
}

export async function startLabCloud(): Promise<LabCloud> {
  const hosts = await testHosts();
  const { docker } = labUse(runRoot());
  const aws = await startAws();
  const ec2 = new EC2Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const machines = await startAwsMachines({ ec2, docker, lab: hosts.lab, revision: () => aws.revision() });
  return {
    hosts,
    aws,
    machines,
    host: ec2HostArguments(hosts),
    async lose(instanceId) {
      await aws.lose(instanceId);
      await machines.settled();
    },
    engine(instanceId) {
      const machine = machines.machine(instanceId);
      if (machine === undefined) throw new Error(`there is no machine for ${instanceId}`);
      return EngineView.ofLabHost(instanceId, docker, machine.containerId);
    },
    async stop() {
      await machines.stop();
      ec2.destroy();
      await aws.stop();
    },
  };
}

export type HostArguments = Pick<Ec2HostArgs, "size" | "sshFrom"> & {
  readonly identityFile: string;
  readonly authorizedKeys: readonly string[];
};

/** Elastic IPs are loopback addresses here, so that is from where ssh comes. */
export function ec2HostArguments({ lab }: Pick<TestHosts, "lab">): HostArguments {
  const { identityFile } = lab.host("rack");
  const size = process.arch === "arm64" ? "t4g.small" : "t3.small";
  const authorizedKeys = [readFileSync(`${identityFile}.pub`, "utf8").trim()];
  return { size, sshFrom: ["127.0.0.1/32"], identityFile, authorizedKeys };
}
