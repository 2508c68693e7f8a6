import type * as pulumi from "@pulumi/pulumi";
import { Host, Workload } from "drayage";
import { Ec2Host, ElasticEndpoint, type ElasticEndpointArgs } from "drayage/aws";
import { endpointNote, endpointPlace } from "../../../components/aws/endpoint-place";
import { type AwsMockAnswers, mockAws, settled } from "../../support/aws-mocks";

const known = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
const association = "aws:ec2/eipAssociation:EipAssociation";

/** Two hosts at Amazon and one in the cellar; the workload is wanted on one of the three. */
async function program(
  wanted: "a" | "b" | "rack",
  workload?: AwsMockAnswers["workload"],
  args: Partial<ElasticEndpointArgs> = {},
) {
  const aws = mockAws(workload === undefined ? {} : { workload });
  const machine = (name: string) =>
    new Ec2Host(name, {
      size: "t3.small",
      sshFrom: ["198.51.100.0/24"],
      authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop"],
    });
  const hosts = { a: machine("a"), b: machine("b"), rack: new Host("rack", { address: "10.0.0.11" }) };
  const shop = new Workload("shop", { host: hosts[wanted], services: { web: { image: "nginx:1", ports: ["80:80"] } } });
  const front = new ElasticEndpoint("shop", { workload: shop, hosts: [hosts.a, hosts.b], ...args });
  await settled(aws);
  return { aws, front, associated: aws.of(association).find(({ name }) => name === "shop-association")?.inputs };
}

const inputsAt = (name: string) => ({
  allocationId: "shop-address-id",
  networkInterfaceId: `eni-${name}-instance`,
  privateIpAddress: expect.stringMatching(/^10\.215\.0\.\d+$/),
  allowReassociation: true,
});

describe("an address that follows a workload", () => {
  // Pulumi's mocks print what a program is told.
  beforeAll(() => void jest.spyOn(console, "log").mockImplementation(() => undefined));
  afterAll(() => jest.restoreAllMocks());

  it.each(["a", "b"] as const)("is at the second private address of %s when the workload lives there", async (name) => {
    const { aws, front, associated } = await program(name);
    expect(associated).toEqual(inputsAt(name));
    expect(aws.named("shop-address")).toMatchObject({ domain: "vpc", tags: { Name: "shop-address", "drayage:host": "shop" } });
    expect([await known(front.host), await known(front.address)]).toEqual([name, "203.0.113.7"]);
  });

  it("goes by where the workload lives, not by where the program wants it", async () => {
    const { associated } = await program("b", { lives: "a" });
    expect(associated).toEqual(inputsAt("a"));
  });

  it("stays at the host that the workload has left for one that is none of its own, because that one forwards", async () => {
    const { front, associated } = await program("rack", { lives: "rack", forwardedFrom: ["a", "b"] });
    expect(associated).toEqual(inputsAt("b"));
    expect(await known(front.host)).toBe("b");
  });

  it("is at none when no host of its own has anything to do with the workload", async () => {
    const { front, associated } = await program("rack", { lives: "rack" });
    expect([associated, await known(front.host)]).toEqual([undefined, ""]);
  });

  it("has a name where one is asked for, and urls by what is spoken there", async () => {
    const { aws, front } = await program("a", undefined, { dns: { zoneId: "Z0123", name: "shop.example.com", ttl: 30 } });
    expect(aws.named("shop-record")).toEqual({
      zoneId: "Z0123",
      name: "shop.example.com",
      type: "A",
      ttl: 30,
      records: ["203.0.113.7"],
    });
    expect(await known(front.url(80))).toBe("http://203.0.113.7");
    expect(await known(front.url(443, 8443))).toBe("https://203.0.113.7");
    expect(await known(front.url(8080))).toBe("http://203.0.113.7:8080");
  });

  it("can be adjusted, each child by one function", async () => {
    const tagged = (args: { tags?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined> }) =>
      void Object.assign(args, { tags: { mine: "yes" } });
    const { aws } = await program("a", undefined, { transform: { address: tagged } });
    expect(aws.named("shop-address").tags).toEqual({ mine: "yes" });
  });

  it("tells every mistake by its path, and makes nothing", async () => {
    const wrong = { hosts: [], dns: { zoneId: "nope", name: "x" }, tags: { "aws:x": "y" } } as unknown as ElasticEndpointArgs;
    const { aws, associated } = await program("a", undefined, wrong);
    const told = aws.registered.find(({ type }) => type === "drayage:index:Mistakes")?.inputs.problems;
    expect((told as { path: string }[]).map(({ path }) => path).sort()).toEqual(
      ["shop: dns.name", "shop: dns.zoneId", "shop: hosts", 'shop: tags["aws:x"]'].sort(),
    );
    expect([associated, aws.of("aws:ec2/eip:Eip").filter(({ name }) => name === "shop-address")]).toEqual([undefined, []]);
  });
});

describe("the place of an address", () => {
  const [a, b] = ["a", "b"].map((name) => ({ name, networkInterfaceId: `eni-${name}`, privateIpAddress: "10.0.0.1" })) as [
    never,
    never,
  ];

  it("is never at a host that is retired", () => {
    const gone = { name: "b", networkInterfaceId: "", privateIpAddress: "" };
    expect(endpointPlace([a, gone], { lives: "rack", forwarding: ["a", "b"] })).toEqual(a);
  });

  it("is told only where it is not at the workload's host", () => {
    expect(endpointNote("shop", a, { lives: "a", forwarding: [] })).toBeUndefined();
    expect(endpointNote("shop", b, { lives: "rack", forwarding: ["b"] })).toContain("stays at b, which forwards to rack");
    expect(endpointNote("shop", undefined, { lives: "rack", forwarding: [] })).toContain("leads nowhere");
  });
});
