import * as pulumi from "@pulumi/pulumi";
import { cloudInit, Host, HostKey } from "../../sdk";
import { known, mockPulumi, type Registered, registeredAll } from "../support/pulumi-mocks";

let registered: Registered[];
const of = (type: string) => registered.filter((it) => it.type === `drayage:index:${type}`);
const checked = async (type: string) => {
  while (of(type).length === 0) await new Promise((resolve) => setImmediate(resolve));
};
const mine = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop";

beforeEach(() => {
  registered = mockPulumi();
});

describe("a Host with a HostKey", () => {
  it("is given its public half, and a workload the key that the machine has made itself", async () => {
    const key = new HostKey("cloud");
    const cloud = new Host("cloud", { address: pulumi.output("203.0.113.7"), user: "deploy", hostKey: key });
    await registeredAll(cloud);
    const pinned = await known(pulumi.output(cloud.ref.connection.hostKey ?? ""));
    expect(of("Host")[0]?.inputs).toMatchObject({ address: "203.0.113.7", injected: "ecdsa-sha2-nistp256 AAAA" });
    expect(of("Host")[0]?.inputs).not.toHaveProperty("hostKey");
    expect(of("Enrolment")[0]?.inputs).toMatchObject({
      name: "cloud",
      hostKey: "ssh-ed25519 AAAA",
      injected: "ecdsa-sha2-nistp256 AAAA",
    });
    expect(pinned).toBe("ssh-ed25519 AAAA");
  });

  it("with a key that is written has no enrolment, and hands on what was written", async () => {
    const rack = new Host("rack", { address: "10.0.0.11", hostKey: "ssh-ed25519 AAAA" });
    await registeredAll(rack);
    expect(of("Enrolment")).toEqual([]);
    expect(rack.ref.connection.hostKey).toBe("ssh-ed25519 AAAA");
  });

  it("shares it with no other", async () => {
    const key = new HostKey("cloud");
    for (const name of ["one", "two"]) new Host(name, { address: "203.0.113.7", hostKey: key });
    await checked("HostKey");
    expect(of("HostKey")[0]?.inputs.problems).toEqual([
      { path: "two: hostKey", reason: expect.stringContaining("already the key of the host one") },
    ]);
  });
});

describe("cloudInit", () => {
  it("is a secret text with the key's both halves", async () => {
    const text = cloudInit({ hostKey: new HostKey("cloud"), authorizedKeys: [pulumi.output(mine)] });
    expect(await pulumi.isSecret(text)).toBe(true);
    expect(await known(text)).toMatch(/^#cloud-config\n.*PRIVATE KEY.*me@laptop/s);
  });

  it("tells its mistakes with those of the program", async () => {
    const key = new HostKey("cloud");
    cloudInit({ hostKey: key, authorizedKeys: ["not a key"], ...({ package: ["git"] } as object) });
    await checked("HostKey");
    const problems = of("HostKey")[0]?.inputs.problems as { path: string }[];
    expect(problems.map(({ path }) => path)).toEqual(["cloudInit: package", "cloudInit: authorizedKeys[0]"]);
  });
});
