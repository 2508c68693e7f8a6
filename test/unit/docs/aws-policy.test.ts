import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as unknown;

/** What the stand-in calls for the resource types of components: one extract of AWS's models a service, with just these operations. */
const called = readdirSync(join(root, "test/fixtures/aws-api"))
  .filter((name) => name.endsWith(".json"))
  .flatMap((name) => {
    const { service, operations } = read(`test/fixtures/aws-api/${name}`) as { service: string; operations: object };
    return Object.keys(operations).map((operation) => `${service}:${operation}`);
  });

/** Called by the real provider (terraform-provider-aws 6) or by Docker, and by nothing that runs here. */
const alsoCalled: Readonly<Record<string, string>> = {
  "ec2:DescribeAddressesAttribute": "Eip is read with its reverse name",
  "ec2:DescribeInstanceCreditSpecifications": "Instance of a burstable size is read with it",
  "ec2:DescribeNetworkAcls": "Vpc is read with its default one",
  "ec2:DescribeNetworkInterfaces": "SecurityGroup and Subnet look for interfaces before they are deleted",
  "iam:ListAttachedRolePolicies": "Role is read with its managed policies",
  "iam:ListRolePolicies": "Role is read with its inline policies",
  "iam:PassRole": "not a call: RunInstances and AddRoleToInstanceProfile ask for it",
  "ecr:CreateRepository": "Repository",
  "ecr:DescribeRepositories": "Repository",
  "ecr:DeleteRepository": "Repository",
  "ecr:ListTagsForResource": "Repository",
  "ecr:TagResource": "Repository",
  "ecr:UntagResource": "Repository",
  "ecr:PutImageScanningConfiguration": "Repository",
  "ecr:PutImageTagMutability": "Repository",
  "ecr:PutLifecyclePolicy": "LifecyclePolicy",
  "ecr:GetLifecyclePolicy": "LifecyclePolicy",
  "ecr:DeleteLifecyclePolicy": "LifecyclePolicy",
  "ecr:GetAuthorizationToken": "drayage, for the engines that push and pull",
  "ecr:BatchCheckLayerAvailability": "docker push",
  "ecr:InitiateLayerUpload": "docker push",
  "ecr:UploadLayerPart": "docker push",
  "ecr:CompleteLayerUpload": "docker push",
  "ecr:PutImage": "docker push",
  "ecr:BatchGetImage": "docker pull",
  "ecr:GetDownloadUrlForLayer": "docker pull",
  "route53:ChangeResourceRecordSets": "Record",
  "route53:ListResourceRecordSets": "Record",
  "route53:GetHostedZone": "Record",
  "route53:GetChange": "Record waits until all name servers know it",
};

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const statements = (read("docs/aws-deployer-policy.json") as { Statement: readonly Statement[] }).Statement;
const listed = (value: string | readonly string[]) => [value].flat() as string[];
const allowed = statements.flatMap(({ Action }) => listed(Action));
const conditionsOf = ({ Condition = {} }: Statement) => Object.values(Condition).flatMap((keys) => Object.keys(keys));

describe("docs/aws-deployer-policy.json", () => {
  it("allows every action that is called for what the components make", () => {
    expect(called.length).toBeGreaterThan(50);
    expect([...called, ...Object.keys(alsoCalled)].filter((action) => !allowed.includes(action))).toEqual([]);
  });

  it("allows none that nothing calls, and names each one whole", () => {
    expect(allowed.filter((action) => !called.includes(action) && alsoCalled[action] === undefined)).toEqual([]);
  });

  it("denies nothing, has a name for each statement, and fits into one managed policy", () => {
    expect(new Set(statements.map(({ Sid, Effect }) => `${Effect} ${Sid}`)).size).toBe(statements.length);
    expect(statements.filter(({ Effect }) => Effect !== "Allow")).toEqual([]);
    // AWS counts characters without white space; names of a project are longer than the word for them.
    expect(JSON.stringify(read("docs/aws-deployer-policy.json")).length).toBeLessThan(6144 - 300);
  });

  it("lets only what looks reach everything", () => {
    const wide = statements.filter(({ Resource }) => listed(Resource).includes("*")).flatMap(({ Action }) => listed(Action));
    expect(wide.filter((action) => !/^ec2:Describe|^ecr:GetAuthorizationToken$/.test(action))).toEqual([]);
  });

  it("lets machines, disks, addresses and networks be made with the project's tag only, and changed only when they have it", () => {
    const exempt = [
      // An image is nobody's; a machine's own interface and root disk are made with it and carry no tags.
      ...["UseImages", "UsePartsOfMachines"],
      // By the action that makes what is tagged.
      "TagWhatIsMade",
    ];
    const changing = statements.filter(
      (it) => !exempt.includes(it.Sid) && listed(it.Action).some((action) => /^(ec2|iam):(?!Describe|Get|List)/.test(action)),
    );
    expect(changing.length).toBeGreaterThan(3);
    const bound = /^aws:(RequestTag|ResourceTag)\/drayage:project$/;
    expect(changing.filter((it) => !conditionsOf(it).some((key) => bound.test(key))).map(({ Sid }) => Sid)).toEqual([]);
    const usesPartsOnly = statements.filter(({ Sid }) => exempt.includes(Sid)).flatMap(({ Action }) => listed(Action));
    expect(usesPartsOnly.filter((action) => /Delete|Terminate|Release|Detach|Stop/.test(action))).toEqual([]);
  });

  it("lets a role be given to machines only", () => {
    const passing = statements.filter(({ Action }) => listed(Action).includes("iam:PassRole"));
    expect(passing.map(({ Condition }) => Condition?.StringEquals?.["iam:PassedToService"])).toEqual(["ec2.amazonaws.com"]);
  });
});
