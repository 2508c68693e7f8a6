import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { motoVersions } from "../../../../sdk/cli/doctor/checks/moto";
import { apiModel } from "../../../support/aws/model/api-model";
import { inputMistakes } from "../../../support/aws/model/check-input";
import { guardOutput } from "../../../support/aws/model/guard-output";

const ec2 = apiModel("ec2");
const volume = { AvailabilityZone: "eu-central-1a", Size: 20, VolumeType: "gp3", Encrypted: true };

describe("a call held against AWS's model", () => {
  it.each<[string, string, object, string[]]>([
    ["one that is right", "CreateVolume", volume, []],
    ["what is not said", "CreateVolume", { ...volume, Iops: undefined }, []],
    ["a misspelt parameter", "CreateVolume", { ...volume, Encryptd: true }, ["CreateVolume.Encryptd: no such parameter"]],
    ["a value that no enum has", "CreateVolume", { ...volume, VolumeType: "gp9" }, ['CreateVolume.VolumeType: "gp9" is none of']],
    ["another type", "CreateVolume", { ...volume, Size: "20" }, ["CreateVolume.Size: string 20 is no integer"]],
    ["a required one that is missing", "AttachVolume", { Device: "/dev/sdf" }, ["InstanceId: required", "VolumeId: required"]],
    [
      "one inside a list",
      "RunInstances",
      { MinCount: 1, MaxCount: 1, BlockDeviceMappings: [{ Ebs: { Sise: 1 } }] },
      ["RunInstances.BlockDeviceMappings[0].Ebs.Sise"],
    ],
    ["an operation that is not in the extract", "DeleteEverything", {}, ["DeleteEverything: botocore"]],
  ])("tells %s", (_, operation, input, told) => {
    const mistakes = inputMistakes(ec2, operation, input);
    expect(mistakes).toHaveLength(told.length);
    for (const [i, text] of told.entries()) expect(mistakes[i]).toContain(text);
  });

  it("holds names to their pattern and length", () => {
    const policy = { AssumeRolePolicyDocument: "{}" };
    expect(inputMistakes(apiModel("iam"), "CreateRole", { RoleName: "a role", ...policy })[0]).toContain("does not match");
    expect(inputMistakes(apiModel("iam"), "CreateRole", { RoleName: "a".repeat(65), ...policy })[0]).toContain("at most 64");
  });
});

describe("an answer held against AWS's model", () => {
  const answer = guardOutput(ec2, "DescribeVolumes", { Volumes: [{ VolumeId: "vol-1", Encrypted: true }], $metadata: {} });

  it("gives what AWS answers, also what is not there this time", () => {
    const [volume] = answer.Volumes as { VolumeId: string; Size?: number }[];
    expect([volume?.VolumeId, volume?.Size]).toEqual(["vol-1", undefined]);
  });

  it("throws when a field is read that AWS has not", () => {
    const [volume] = answer.Volumes as { Identity?: string }[];
    expect(() => volume?.Identity).toThrow("DescribeVolumes.Volumes[0].Identity: AWS answers no such field");
  });
});

describe("the extract of AWS's models", () => {
  const folder = join(__dirname, "../../../fixtures/aws-api");
  const models = readdirSync(folder).filter((file) => file.endsWith(".json"));

  it("is of the botocore that moto runs with", () => {
    for (const file of models) expect(`botocore==${apiModel(file.replace(".json", "")).botocore}`).toBe(motoVersions.botocore);
  });

  it("has every operation that a mapping calls", () => {
    const sources = join(__dirname, "../../../support/aws/provider");
    const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const imported = files.flatMap((file) => commandsIn(readFileSync(join(sources, file), "utf8")));
    expect(imported.length).toBeGreaterThan(60);
    expect(imported.filter(([service, operation]) => apiModel(service).operations[operation] === undefined)).toEqual([]);
  });
});

function commandsIn(source: string): [service: string, operation: string][] {
  const imports = [...source.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9-]+)"/g)];
  return imports.flatMap(([, names = "", client = ""]) =>
    [...names.matchAll(/\b([A-Z]\w*)Command\b/g)].map(([, name = ""]): [string, string] => [client.replace("-", ""), name]),
  );
}
