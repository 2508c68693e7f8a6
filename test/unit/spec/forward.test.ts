import { forwardedPorts, waysTo } from "../../../sdk/spec/forward";
import { normaliseWorkload } from "../../../sdk/spec/normalise-workload";

const portsOf = (ports: readonly string[], rest: object = {}) => {
  const read = normaliseWorkload({ name: "shop", services: { web: { image: "web:1", ports } }, ...rest });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return forwardedPorts(read.spec);
};

const ssh = (address: string) => ({ kind: "ssh" as const, address });

describe("ports that a host goes on serving for a workload it has lost", () => {
  it("are the TCP ports published on all addresses; the others are told", () => {
    expect(portsOf(["443:8443", "80:8080", "127.0.0.1:9000:9000", "10.0.0.5:81:81", "53:53/udp"])).toEqual({
      ports: [80, 443],
      left: ["127.0.0.1:9000/tcp", "10.0.0.5:81/tcp", "53/udp"],
    });
  });

  it("are none where the program says so", () => {
    expect(portsOf(["80:80"], { forward: false })).toEqual({ ports: [], left: [] });
    expect(portsOf(["80:80"], { forward: true }).ports).toEqual([80]);
  });
});

describe("addresses at which an old host finds the new one", () => {
  const to = {
    connection: ssh("203.0.113.7"),
    traits: { privateAddress: "10.0.0.12", publishedAddresses: ["shop.example.com"] },
  };

  it("begin with the private one only where both have one, and end with what clients dial", () => {
    const from = { connection: ssh("203.0.113.1") };
    expect(waysTo(from, to)).toEqual(["203.0.113.7", "shop.example.com"]);
    expect(waysTo({ ...from, traits: { privateAddress: "10.0.0.11" } }, to)).toEqual([
      "10.0.0.12",
      "203.0.113.7",
      "shop.example.com",
    ]);
  });

  it("are none of those at which clients find the old one: a name that both have still leads to it for a while", () => {
    const service = { endpoint: { kind: "dns" as const, address: "shop.example.com" } };
    const from = { connection: ssh("rack.example.com"), traits: service };
    expect(waysTo(from, { connection: ssh("cloud.example.com"), traits: service })).toEqual(["cloud.example.com"]);
    expect(waysTo({ connection: ssh("10.0.0.11") }, { connection: ssh("10.0.0.11") })).toEqual([]);
  });

  it("never lead back to the host itself", () => {
    const from = { connection: ssh("203.0.113.1") };
    for (const address of ["127.0.0.1", "127.9.8.7", "localhost", "::1"]) {
      expect(waysTo(from, { connection: ssh(address) })).toEqual([]);
    }
    expect(waysTo(from, { connection: { kind: "local" }, traits: { publishedAddresses: ["198.51.100.4"] } })).toEqual([
      "198.51.100.4",
    ]);
  });
});
