/** Pulumi's mocks for programs with resources of Amazon: what was registered with which options, and what was asked. */
import * as pulumi from "@pulumi/pulumi";

export interface RegisteredAws {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export interface AwsMocks {
  readonly registered: RegisteredAws[];
  readonly asked: { readonly token: string; readonly inputs: Record<string, unknown> }[];
  of(type: string): RegisteredAws[];
  named(name: string): Record<string, unknown>;
}

export interface AwsMockAnswers {
  /** Retirement's name → its stage; default: as in a first run. */
  readonly stages?: Readonly<Record<string, string>>;
  readonly image?: Readonly<Record<string, unknown>> | Error;
  readonly size?: Readonly<Record<string, unknown>> | Error;
  /** What a workload's provider yields; default: where the program wants it. */
  readonly workload?: { readonly lives: string; readonly forwardedFrom?: readonly string[] };
}

export function mockAws({ stages = {}, image, size, workload }: AwsMockAnswers = {}): AwsMocks {
  const registered: RegisteredAws[] = [];
  const asked: { token: string; inputs: Record<string, unknown> }[] = [];
  pulumi.runtime.setAllConfig({ "dray:stackUid": "uid", "aws:region": "eu-central-1" });
  void pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        asked.push({ token, inputs });
        const answer = token.endsWith("getAmi")
          ? (image ?? { id: "ami-0123456789abcdef0", architecture: "x86_64", rootDeviceName: "/dev/xvda" })
          : token.endsWith("getInstanceType")
            ? (size ?? { supportedArchitectures: [sizeArch(inputs)], hypervisor: "nitro" })
            : /get(Instances|EbsVolumes)$/.test(token)
              ? { ids: [] }
              : { vpcId: "vpc-given", availabilityZone: "eu-central-1c", cidrBlock: "10.9.0.0/24" };
        // As gRPC's errors have it.
        if (answer instanceof Error) throw Object.assign(answer, { details: answer.message });
        return answer;
      },
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        // The engine stops at a resource with problems: what hangs on it never hears of it again.
        if (type.startsWith("drayage:index:") && inputs.problems !== undefined) return new Promise(() => undefined);
        const found = inputs.found as { imageId?: string } | undefined;
        if (type === "drayage:index:MachineImage" && found?.imageId === undefined) return new Promise(() => undefined);
        const placed = type === "drayage:index:Workload" && workloadOutputs(inputs, workload);
        return { id: idOf(type, name), state: { ...inputs, ...outputsOf(type, name, inputs, stages), ...placed } };
      },
    },
    "shop",
    "dev",
  );
  return {
    registered,
    asked,
    of: (type) => registered.filter((it) => it.type === type),
    named: (name) => registered.find((it) => it.name === name && it.type.startsWith("aws:"))?.inputs ?? {},
  };
}

function workloadOutputs({ host }: Record<string, unknown>, answer: AwsMockAnswers["workload"]) {
  const { lives = String((host as { name?: unknown }).name), forwardedFrom } = answer ?? {};
  return { placement: { host: lives, machineId: `m-${lives}`, engineId: `e-${lives}` }, ...(forwardedFrom && { forwardedFrom }) };
}

/** Registrations come one after the other: when none has come for some turns, none will. */
export async function settled({ registered }: AwsMocks): Promise<void> {
  for (let [quiet, last] = [0, -1]; quiet < 40; quiet = registered.length === last ? quiet + 1 : 0) {
    last = registered.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const sizeArch = ({ instanceType }: Record<string, unknown>): string =>
  /^[a-z]+\d+g/.test(String(instanceType)) ? "arm64" : "x86_64";

const idOf = (type: string, name: string): string => (type === "aws:ebs/volume:Volume" ? "vol-0123456789abcdef0" : `${name}-id`);

function outputsOf(type: string, name: string, inputs: Record<string, unknown>, stages: Readonly<Record<string, string>>) {
  const pem = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
  switch (type) {
    case "drayage:index:HostKey":
      return { publicKey: "ecdsa-sha2-nistp256 AAAA", privateKey: pem, fingerprint: "SHA256:A" };
    case "drayage:index:Host":
      return { engineId: "engine-1", machineId: "machine-1", arch: "amd64", hostKey: "ssh-ed25519 AAAA" };
    case "drayage:index:MachineMark":
      return { run: inputs.run ?? "", instance: inputs.instance ?? "", volume: inputs.volume ?? "" };
    case "drayage:index:MachineImage":
      return { imageId: (inputs.found as { imageId?: string }).imageId };
    case "drayage:index:Retirement":
      return { stage: inputs.step === "serve" ? "serving" : inputs.step === "mark" ? "done" : (stages[name] ?? "begun") };
    case "aws:ec2/eip:Eip":
      return { publicIp: "203.0.113.7", allocationId: `${name}-id` };
    case "aws:ec2/subnet:Subnet":
      return { availabilityZone: "eu-central-1a" };
    case "aws:ec2/instance:Instance":
      return { primaryNetworkInterfaceId: name === "cloud-instance" ? "eni-1" : `eni-${name}`, privateIp: "10.215.0.10" };
    case "aws:ecr/repository:Repository":
      return { repositoryUrl: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${inputs.name}`, region: "eu-central-1" };
    default:
      return { name: `${name}-name` };
  }
}
