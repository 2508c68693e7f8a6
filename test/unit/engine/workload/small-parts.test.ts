import { allotSubnet, subnetsOverlap } from "../../../../sdk/engine/workload/allot-subnet";
import { canonicalJson } from "../../../../sdk/engine/workload/canonical-json";
import { secretsGeneration } from "../../../../sdk/engine/workload/delivery-generation";
import { stagedName, stageOf } from "../../../../sdk/engine/workload/object-names";
import { resolveUser } from "../../../../sdk/engine/workload/operate/image-user";
import { unmappedVolumes } from "../../../../sdk/engine/workload/operate/image-volumes";
import { releaseHash } from "../../../../sdk/engine/workload/release-hash";
import { wantedWorkload } from "../../../../sdk/engine/workload/wanted-workload";
import type { ServiceInput } from "../../../../sdk/spec/service";
import { normalised } from "../../../support/workload-requests";

describe("allotSubnet", () => {
  it.each([
    ["10.213.0.0/16", [], "10.213.0.0/24"],
    ["10.213.0.0/16", ["10.213.0.0/24", "10.213.1.0/24"], "10.213.2.0/24"],
    ["10.213.0.0/16", ["10.213.0.0/20"], "10.213.16.0/24"],
    ["10.213.0.0/16", ["172.17.0.0/16", "fd00::/64"], "10.213.0.0/24"],
    ["10.213.4.0/24", ["10.213.4.0/24"], undefined],
    ["10.0.0.0/8", ["10.0.0.0/9"], "10.128.0.0/24"],
    ["192.168.250.0/26", [], "192.168.250.0/26"],
  ])("of %s beside %j gives %s", (range, taken, subnet) => expect(allotSubnet(range, taken)).toBe(subnet));

  it.each([
    ["10.0.0.0/8", "10.1.2.0/24", true],
    ["10.0.0.0/24", "10.0.1.0/24", false],
  ])("%s and %s overlap: %s", (a, b, overlap) => expect(subnetsOverlap(a, b)).toBe(overlap));
});

describe("canonicalJson", () => {
  it("is equal for equal values in any order", () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
  });
});

describe("names of containers", () => {
  const name = { workload: "shop", identity: "ab12cd".padEnd(32, "0"), service: "my-new", replica: 1, generation: 12 };

  it.each(["new", "current", "failed"] as const)("tell the stage %s", (stage) =>
    expect(stageOf(stagedName(name, stage))).toBe(stage),
  );
});

describe("resolveUser", () => {
  const passwd = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/sbin/nologin\n";
  const group = "root:x:0:\nssl:x:107:www-data\n";

  it.each([
    ["www-data", { uid: 33, gid: 33 }],
    ["33", { uid: 33, gid: 33 }],
    ["www-data:ssl", { uid: 33, gid: 107 }],
    ["www-data:5", { uid: 33, gid: 5 }],
    ["1000", { uid: 1000, gid: 0 }],
    ["nobody", undefined],
    ["www-data:nogroup", undefined],
  ])("of %s is %j", (user, owner) => expect(resolveUser(user, passwd, group)).toEqual(owner));
});

function serviceOf(input: Partial<ServiceInput>) {
  const { spec, secrets } = normalised({
    name: "shop",
    services: { web: { image: "web:1", ...input } },
    volumes: input.volumes ? { data: {} } : {},
  });
  const wanted = wantedWorkload({ identity: "ab".repeat(16), spec, secrets, secretKey: "key" });
  const [service] = wanted.services;
  if (!service) throw new Error("no service");
  return { service, wanted, secrets };
}

describe("secretsGeneration", () => {
  const generation = (pw: string, key = "key") => {
    const { service, secrets } = serviceOf({ secrets: { pw } });
    return secretsGeneration(service.spec, secrets.web ?? {}, key);
  };

  it("follows the values and the key, and tells neither", () => {
    expect(generation("one")).toBe(generation("one"));
    expect(generation("one")).not.toBe(generation("two"));
    expect(generation("one", "other")).not.toBe(generation("one"));
    expect(generation("one")).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe("unmappedVolumes", () => {
  it("names what the image declares and the program forgets", () => {
    const { service } = serviceOf({ volumes: { data: "/var/lib/db" }, tmpfs: "/cache" });
    expect(unmappedVolumes(["/var/lib/db/", "/cache", "/logs"], service)).toEqual(["/logs"]);
  });
});

describe("releaseHash", () => {
  it("is equal for equal configuration and images, whatever Docker calls the objects", () => {
    const { wanted } = serviceOf({ environment: { A: "1" } });
    const elsewhere = { ...wanted, networks: wanted.networks.map((network) => ({ ...network, dockerName: "else" })) };
    expect(releaseHash(wanted, { web: "i1" })).toBe(releaseHash(elsewhere, { web: "i1" }));
    expect(releaseHash(wanted, { web: "i1" })).not.toBe(releaseHash(wanted, { web: "i2" }));
    expect(releaseHash(wanted, { web: "i1" })).not.toBe(
      releaseHash(serviceOf({ environment: { A: "2" } }).wanted, { web: "i1" }),
    );
  });
});
