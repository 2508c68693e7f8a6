import { pendingNotes } from "../../../../sdk/cli/render/pending-notes";
import { pendingCreates } from "../../../../sdk/cli/state/pending-creates";

const cloud = "urn:pulumi:prod::shop::drayage:aws:Ec2Host::cloud";
const stack = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod";
const child = (type: string, name: string) => `urn:pulumi:prod::shop::drayage:aws:Ec2Host$${type}::${name}`;
const vpc = {
  urn: child("aws:ec2/vpc:Vpc", "cloud-vpc"),
  parent: cloud,
  inputs: {
    cidrBlock: "10.0.0.0/16",
    tags: { Name: "cloud-vpc", "drayage:host": "cloud", owner: { "4dabf18193072939515e22": "1b" } },
  },
};
const workload = { urn: "urn:pulumi:prod::shop::drayage:index:Workload::shop", parent: stack, inputs: {} };

const creating = (resource: object) => ({ resource, type: "creating" });
const latest = (resources: object[], ...operations: object[]) => ({ resources, pending_operations: operations });
const stateFile = (...args: Parameters<typeof latest>) => JSON.stringify({ version: 3, checkpoint: { latest: latest(...args) } });
const notes = (...args: Parameters<typeof latest>) => pendingNotes(pendingCreates(stateFile(...args)), "prod");

describe("a create that an engine was killed in", () => {
  it("is found in the state of a file and in an exported one, with the tags that are no secrets", () => {
    const found = {
      urn: vpc.urn,
      type: "aws:ec2/vpc:Vpc",
      name: "cloud-vpc",
      parent: cloud,
      tags: { Name: "cloud-vpc", "drayage:host": "cloud" },
    };
    expect(pendingCreates(stateFile([], creating(vpc)))).toEqual([found]);
    expect(pendingCreates(JSON.stringify({ version: 3, deployment: latest([], creating(vpc)) }))).toEqual([found]);
  });

  it("is told once, however often it was tried", () => {
    expect(pendingCreates(stateFile([], creating(vpc), creating(vpc)))).toHaveLength(1);
  });

  it("is nothing that was updated or deleted, and nothing where no run was killed", () => {
    expect(pendingCreates(stateFile([vpc], { resource: vpc, type: "updating" }, { resource: vpc, type: "deleting" }))).toEqual(
      [],
    );
    expect(pendingCreates(JSON.stringify({ version: 3, checkpoint: { latest: { resources: [vpc] } } }))).toEqual([]);
    expect(pendingCreates("")).toEqual([]);
  });

  it("is named with how to find it, how to keep it and how to forget it", () => {
    const [one, next, ...more] = notes([], creating(vpc));
    expect(more).toEqual([]);
    expect(one).toMatchObject({ severity: "warning", subject: "cloud-vpc" });
    expect(one?.text).toContain("aws:ec2/vpc:Vpc (Name=cloud-vpc, drayage:host=cloud)");
    const words = "dray pulumi --stack prod -- import aws:ec2/vpc:Vpc cloud-vpc ID";
    expect(one?.text).toContain(`${words} --parent 'cloud=${cloud}' --protect=false --generate-code=false`);
    expect(next?.text).toContain("get-resources --tag-filters Key=drayage:host,Values=cloud");
    expect(next?.text).toContain("dray refresh --clear-pending-creates --stack prod");
  });

  it("may stand beside one that was made since; one that waits for its removal is none", () => {
    const [beside] = notes([{ ...vpc, id: "vpc-7" }], creating(vpc));
    expect(beside?.text).toContain("beside the one that is known here, vpc-7");
    const [alone] = notes([{ ...vpc, id: "vpc-7", delete: true }], creating(vpc));
    expect(alone?.text).toContain("without being known here");
  });

  it("of a package without tags, at the top of the program, is told all the same", () => {
    const server = { urn: "urn:pulumi:prod::shop::hcloud:index/server:Server::web", parent: stack };
    const [one, next] = notes([], creating(server), creating(vpc));
    expect(one?.text).toContain("hcloud:index/server:Server (no tags)");
    expect(one?.text).not.toContain("--parent");
    expect(next?.subject).toBe("cloud-vpc");
    expect(notes([], creating(server)).at(-1)?.text).not.toContain("aws ");
  });

  it("is not told of what drayage takes up again by itself", () => {
    expect(notes([], creating(workload))).toEqual([]);
  });
});
