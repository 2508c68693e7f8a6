import { compareStacks } from "../../../../sdk/cli/diff/compare";
import { describe as described } from "../../../../sdk/cli/diff/described";
import type { Told } from "../../../../sdk/cli/promote/deployed";
import { UNKNOWN } from "../../../../sdk/spec/unknown";

type Inputs = Record<string, unknown>;
const ciphertext = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: text,
});

const declared = (values: Inputs): Told => ({ type: "drayage:index:Environment", name: "environment", inputs: values });
const workload = (api: Inputs, more: Inputs = {}, outputs: Inputs = {}): Told => ({
  type: "drayage:index:Workload",
  name: "shop",
  inputs: {
    name: "shop",
    stackUid: "any",
    programDir: "/home/any",
    identity: "any",
    host: { name: "shop" },
    services: { api },
    ...more,
  },
  outputs,
});
const differencesOf = (a: readonly Told[], b: readonly Told[]) =>
  compareStacks(described("staging", a), described("production", b)).differences;
const fields = (a: readonly Told[], b: readonly Told[]) =>
  differencesOf(a, b).map(({ resource, path, within }) => `${resource} ${path}: ${within ?? "not declared"}`);

const staging = declared({
  hosts: { shop: "10.0.0.1" },
  replicas: { api: 2 },
  resources: { api: { memory: "1g" } },
  domains: { shop: "staging.example.com" },
  ports: { web: 8080 },
  sizes: { pool: 10, machine: "t3.small" },
  secrets: { pg: "[secret]", mail: "the file mail" },
});
const production = declared({
  hosts: { shop: "10.0.0.2" },
  replicas: { api: 5 },
  resources: { api: {} },
  domains: { shop: "example.com" },
  ports: { web: 443 },
  sizes: { pool: 50, machine: "t3.large" },
  secrets: { pg: "secrets.yaml (pg)", mail: "the file mail" },
});

describe("two stacks of one program", () => {
  it("do not differ by what belongs to a machine, a run or the stack itself", () => {
    const other = {
      ...workload({}),
      inputs: { ...workload({}).inputs, stackUid: "x", programDir: "/x", identity: "x", pin: {} },
    };
    expect(differencesOf([workload({})], [other])).toEqual([]);
  });

  it("differ in every field of another package's resource, files by their content", () => {
    const signature = "4dabf18193072939515e22adb298388d";
    const machine = (identity: string, hash: string): Told => ({
      type: "azure-native:compute:VirtualMachine",
      name: "vm",
      inputs: {
        identity: { type: identity },
        script: { [signature]: "c44067f5952c0a294b673a41bacd8c17", hash },
        __defaults: [hash],
      },
    });
    expect(fields([machine("System", "aa")], [machine("None", "bb")])).toEqual([
      "azure-native:compute:VirtualMachine vm identity.type: not declared",
      "azure-native:compute:VirtualMachine vm script: not declared",
    ]);
    expect(fields([machine("None", "aa")], [machine("None", "aa")])).toEqual([]);
  });

  it("may differ in declared values, alone or inside a text", () => {
    const service = (replicas: number, memory: string | undefined, domain: string, port: number, pool: number) => ({
      replicas,
      ...(memory !== undefined && { memory }),
      ports: [`${port}:8080`],
      environment: { URL: `https://shop.${domain}:${port}/path`, POOL: pool, MAIL: `admin@${domain}` },
    });
    const a = [staging, workload(service(2, "1g", "staging.example.com", 8080, 10))];
    const b = [production, workload(service(5, undefined, "example.com", 443, 50))];
    expect(fields(a, b)).toEqual([
      "workload shop services.api.environment.MAIL: domains.shop",
      "workload shop services.api.environment.POOL: sizes.pool",
      "workload shop services.api.environment.URL: domains.shop, ports.web",
      "workload shop services.api.memory: resources.api",
      "workload shop services.api.ports[0]: ports.web",
      "workload shop services.api.replicas: replicas.api",
    ]);
  });

  it("may not differ in values that only look like declared ones, or stand where the kind does not belong", () => {
    const a = [
      staging,
      workload({ replicas: 2, cpus: 2, environment: { A: "staging.example.com", B: "10", C: "x8080", D: "10" } }),
    ];
    const b = [production, workload({ replicas: 4, cpus: 5, environment: { A: "other.com", B: "51", C: "x443", D: "10 50" } })];
    expect(fields(a, b).every((it) => it.endsWith("not declared"))).toBe(true);
    expect(fields(a, b)).toHaveLength(6);
  });

  it("may have declared hosts that differ in all, and no other ones", () => {
    const host = (name: string, address: string): Told => ({ type: "drayage:index:Host", name, inputs: { name, address } });
    const local: Told = { type: "drayage:index:LocalHost", name: "shop", inputs: { name: "shop" } };
    const a = [staging, host("shop", "10.0.0.1"), host("extra", "10.0.0.3")];
    expect(fields(a, [production, local, host("extra", "10.0.0.4")])).toEqual([
      "host shop address: hosts.shop",
      "host shop connection: hosts.shop",
      "host extra address: not declared",
    ]);
    expect(fields(a, [production, host("shop", "10.0.0.1")])).toEqual(["host extra : not declared"]);
  });

  it("may name a declared value as a key", () => {
    const labels = (domain: string) => ({ labels: { [`route.${domain}`]: "api" } });
    const a = [staging, workload(labels("staging.example.com"))];
    expect(fields(a, [production, workload(labels("example.com"))])).toEqual([
      'workload shop services.api.labels["route.example.com"]: domains.shop',
      'workload shop services.api.labels["route.staging.example.com"]: domains.shop',
    ]);
    expect(fields(a, [production, workload(labels("other.com"))]).every((it) => it.endsWith("not declared"))).toBe(true);
  });

  it("explain resources of other packages as well", () => {
    const machine = (size: string): Told => ({ type: "aws:ec2/instance:Instance", name: "web", inputs: { instanceType: size } });
    expect(fields([staging, machine("t3.small")], [production, machine("t3.large")])).toEqual([
      "aws:ec2/instance:Instance web instanceType: sizes.machine",
    ]);
  });

  it("never show a secret: that it is one, and where its value is", () => {
    const a = [staging, workload({ secrets: { pg: ciphertext("v1:aaaa"), mail: ciphertext("v1:cccc") } })];
    const b = [
      production,
      workload({ secrets: { pg: { from: "sops", path: "secrets.yaml", key: "pg" }, mail: ciphertext("v1:bbbb") } }),
    ];
    const { differences, notCompared } = compareStacks(described("staging", a), described("production", b));
    expect(differences).toEqual([
      { resource: "workload shop", path: "services.api.secrets.pg", a: "[secret]", b: "secrets.yaml (pg)", within: "secrets.pg" },
    ]);
    expect(notCompared).toEqual(["workload shop services.api.secrets.mail"]);
    expect(JSON.stringify([differences, notCompared])).not.toContain("v1:");
  });

  it("differ in images by content and identity, and in what references were seen to mean", () => {
    const image = (contentHash: string, identity: string | undefined): Told => ({
      type: "drayage:index:Image",
      name: "api",
      inputs: { name: "api", contentHash, builder: { name: contentHash } },
      outputs: { identity },
    });
    const runs = (identity: string | undefined) =>
      workload({ image: "postgres:16" }, {}, { receipt: { images: { api: identity } } });
    expect(fields([image("1", "a.a"), runs("p.p")], [image("2", "b.b"), runs("q.q")])).toEqual([
      "image api contentHash: not declared",
      "image api identity: not declared",
      "workload shop services.api.runs: not declared",
    ]);
    // Another store tells less of the same identity; before an up nothing is known.
    expect(fields([image("1", "a.a"), runs("p.p")], [image("1", "-.a"), runs(undefined)])).toEqual([]);
    expect(fields([image("1", UNKNOWN)], [image("1", UNKNOWN)])).toEqual(["image api identity: not declared"]);
  });

  it("have nothing declared when their program declares nothing", () => {
    expect(fields([workload({ replicas: 1 })], [workload({ replicas: 2 })])).toEqual([
      "workload shop services.api.replicas: not declared",
    ]);
  });
});
