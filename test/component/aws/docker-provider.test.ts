import { Ec2Host } from "drayage/aws";
import { dockerProvider } from "drayage/docker";
import { mockAws, settled } from "../../support/aws-mocks";

// The first program of a file loads all that it imports.
jest.setTimeout(30_000);

describe("dockerProvider of an Ec2Host", () => {
  it("reaches the machine at its own address, by the key that it made, after all that makes it a host", async () => {
    const aws = mockAws();
    const cloud = new Ec2Host("cloud", {
      size: "t3.small",
      sshFrom: ["198.51.100.0/24"],
      authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop"],
    });
    dockerProvider(cloud);
    await settled(aws);
    const [provider] = aws.of("pulumi:providers:docker");
    expect(provider).toMatchObject({
      name: "cloud-docker",
      inputs: { host: expect.stringMatching(/^ssh:\/\/\w+@203\.0\.113\.7/) },
    });
    expect(JSON.parse(String(provider?.inputs.sshOpts))).toContain("KnownHostsCommand=/bin/echo %H ssh-ed25519 AAAA");
    const order = aws.registered.map(({ type }) => type);
    expect(order.indexOf("drayage:index:Enrolment")).toBeLessThan(order.indexOf("pulumi:providers:docker"));
    expect(order.at(-1)).toBe("pulumi:providers:docker");
  });
});
