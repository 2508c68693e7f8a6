import fc from "fast-check";
import { containerName, networkName, volumeName } from "../../../sdk/spec/docker-names";
import { computeEndpoint } from "../../../sdk/spec/endpoint";
import type { HostConnection } from "../../../sdk/spec/host";
import type { HostTraitsInput } from "../../../sdk/spec/host-traits";
import { mintIdentity, mintIncarnation } from "../../../sdk/spec/identity";
import { normaliseWorkload } from "../../../sdk/spec/normalise-workload";

describe("an identity", () => {
  it("is this very value for ever", () => {
    expect(mintIdentity("uid", "drayage:index:Workload", "shop")).toBe("27784c8d669d33959f2ab19b695e5730");
  });

  it("differs when any part differs, wherever the border between parts is", () => {
    const part = fc.string({ maxLength: 4 });
    const triple = fc.tuple(part, part, part);
    fc.assert(
      fc.property(
        triple,
        triple,
        (a, b) => (mintIdentity(...a) === mintIdentity(...b)) === (JSON.stringify(a) === JSON.stringify(b)),
      ),
    );
    expect(mintIdentity("a", "b", "c")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("lives in a new incarnation each time", () => {
    expect(mintIncarnation("shop", (bytes) => Buffer.alloc(bytes, 0xab))).toBe("shop-abababababab");
    expect(mintIncarnation("shop")).not.toBe(mintIncarnation("shop"));
  });
});

describe("a name in Docker", () => {
  const identity = "0123456789abcdef0123456789abcdef";
  it("tells workload, identity, service, replica and generation", () => {
    expect(containerName({ workload: "shop", identity, service: "api", replica: 1, generation: 3 })).toBe("shop-012345-api-1-g3");
    expect(volumeName("shop", identity, "data")).toBe("shop-012345-data");
    expect(networkName("shop", identity, "default")).toBe("shop-012345-default");
  });
});

describe("an endpoint", () => {
  const ssh: HostConnection = { kind: "ssh", address: "10.0.0.11" };
  const of = (ports: unknown[], port: number, connection: HostConnection = ssh, service = "a", traits: HostTraitsInput = {}) => {
    const result = normaliseWorkload({ name: "w", services: { a: { image: "i", ports } } });
    if ("problems" in result) throw new Error(JSON.stringify(result.problems));
    return computeEndpoint({ spec: result.spec, connection, service, port, traits });
  };

  it.each<[string, unknown[], number, string]>([
    ["the host's address", ["80:80"], 80, "http://10.0.0.11"],
    ["the published port", ["8080:80"], 80, "http://10.0.0.11:8080"],
    ["https", ["443:443"], 443, "https://10.0.0.11"],
    ["the scheme spoken there", ["15432:5432"], 5432, "postgresql://10.0.0.11:15432"],
    ["an address of its own", ["127.0.0.1:80:80"], 80, "http://127.0.0.1"],
    ["IPv6", ["[fd00::1]:81:80"], 80, "http://[fd00::1]:81"],
  ])("has %s", (_, ports, port, url) => expect(of(ports, port)).toMatchObject({ url }));

  it("on this machine is on loopback", () => {
    expect(of(["80:80"], 80, { kind: "local" })).toEqual({
      address: "127.0.0.1",
      privateAddress: "127.0.0.1",
      port: 80,
      url: "http://127.0.0.1",
    });
  });

  it.each<[string, HostTraitsInput, string, string, string]>([
    ["its published address", { publishedAddresses: ["shop.example", "b"] }, "80:80", "shop.example", "shop.example"],
    ["what can follow it elsewhere", { publishedAddresses: ["b"], endpoint: { kind: "dns", address: "c" } }, "80:80", "c", "c"],
    ["its private address for the other hosts", { privateAddress: "10.1.0.4" }, "80:80", "10.0.0.11", "10.1.0.4"],
    ["nothing but the address it is bound to", { privateAddress: "10.1.0.4" }, "10.9.9.9:80:80", "10.9.9.9", "10.9.9.9"],
  ])("is reached at %s", (_, traits, port, address, privateAddress) => {
    expect(of([port], 80, ssh, "a", traits)).toMatchObject({ address, privateAddress });
  });

  it("that is not published is a problem with the line to write", () => {
    expect(of([], 80)).toMatchObject({ problem: { reason: expect.stringContaining('add ports: ["80:80"] to services.a') } });
    expect(of([], 80, ssh, "b")).toMatchObject({ problem: { reason: expect.stringContaining("there is no service 'b'") } });
  });
});
