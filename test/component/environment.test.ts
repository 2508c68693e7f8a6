import * as pulumi from "@pulumi/pulumi";
import { environment, Workload } from "../../sdk";
import { mockPulumi, type Registered, registeredAll } from "../support/pulumi-mocks";

const declared = {
  hosts: ["shop", "db"],
  replicas: { api: 1 },
  resources: { api: {} },
  domains: ["shop"],
  sizes: { pool: 10 },
  secrets: ["dbPassword"],
} as const;
const staging = {
  hosts: { shop: { address: "10.0.0.11" }, db: "local" },
  replicas: { api: 3 },
  resources: { api: { memory: "1g" } },
  domains: { shop: "staging.example.com" },
  secrets: { dbPassword: "open sesame" },
};

let registered: Registered[];
const stackSays = (says: unknown, more: Record<string, string> = {}) => {
  registered = mockPulumi({ "dray:stackUid": "uid", "shop:environment": JSON.stringify(says), ...more });
};
const found = (name: string) => registered.find((it) => it.name === name);

describe("environment()", () => {
  it("makes the stack's hosts and hands on its values, secrets as secrets", async () => {
    stackSays(staging);
    const env = environment(declared);
    await registeredAll(env.hosts.shop, env.hosts.db);
    expect(found("shop")).toMatchObject({ type: "drayage:index:Host", inputs: { address: "10.0.0.11" } });
    expect(found("db")?.type).toBe("drayage:index:LocalHost");
    expect([env.replicas.api, env.resources.api, env.domains.shop, env.sizes.pool]).toEqual([
      3,
      { memory: "1g" },
      "staging.example.com",
      10,
    ]);
    expect(await pulumi.isSecret(env.secrets.dbPassword as pulumi.Output<string>)).toBe(true);
  });

  it("hands on where a secret is, as the stack says", async () => {
    const dbPassword = { from: "sops", path: "secrets.yaml", key: "db" };
    stackSays({ ...staging, secrets: { dbPassword } });
    const env = environment(declared);
    await registeredAll(env.hosts.shop, env.hosts.db);
    await pulumi.runtime.disconnect();
    expect(env.secrets.dbPassword).toEqual(dbPassword);
    expect(found("environment")?.inputs).toMatchObject({ secrets: { dbPassword: "secrets.yaml (db)" } });
  });

  it("leaves in the state what was declared and with which values, and of secrets the names", async () => {
    stackSays(staging);
    const env = environment(declared);
    await registeredAll(env.hosts.shop, env.hosts.db);
    await pulumi.runtime.disconnect();
    expect(found("environment")).toMatchObject({
      type: "drayage:index:Environment",
      inputs: { hosts: { shop: "10.0.0.11", db: "local" }, sizes: { pool: 10 }, secrets: { dbPassword: "[secret]" } },
    });
    expect(JSON.stringify(found("environment")?.inputs)).not.toContain("open sesame");
  });

  it("never throws: its mistakes are told together with the program's others", async () => {
    stackSays({ ...staging, hosts: { shop: { adress: "10.0.0.11" } }, replica: { api: 2 } });
    const env = environment(declared);
    const shop = new Workload("shop", { host: env.hosts.shop, services: { web: { image: "nginx", stopGracePeriod: "soon" } } });
    await registeredAll(shop);
    const problems = (registered.find((it) => it.type.endsWith("Workload"))?.inputs.problems ?? []) as { path: string }[];
    expect(problems.map((it) => it.path)).toEqual([
      "environment: replica",
      "environment: hosts.shop.adress",
      "environment: hosts.shop.address",
      "environment: hosts.db",
      "shop: services.web.stopGracePeriod",
    ]);
  });
});

/** `npm run check` fails when one of these lines stops being an error. */
function typedNames(): void {
  const env = environment({ hosts: ["shop"], replicas: { api: 1 }, resources: ["api"], sizes: { pool: 10 }, secrets: ["pg"] });
  new Workload("shop", {
    host: env.hosts.shop,
    services: {
      api: {
        image: "nginx",
        replicas: env.replicas.api,
        ...env.resources.api,
        environment: { POOL: env.sizes.pool },
        secrets: { pg: env.secrets.pg },
      },
    },
  });
  env.sizes.pool.toFixed(0);
  // @ts-expect-error no such host was declared
  env.hosts.cloud;
  // @ts-expect-error no such service has replicas
  env.replicas.web;
  // @ts-expect-error no domain was declared
  env.domains.shop;
  // @ts-expect-error the kinds are a closed set
  environment({ hosts: ["shop"], colours: ["red"] });
  // @ts-expect-error a host has no default
  environment({ hosts: { shop: "local" } });
  // @ts-expect-error replicas are numbers
  environment({ replicas: { api: "1" } });
}

describe("the types of environment()", () => {
  it("are judged by the compiler", () => expect(typedNames).toBeInstanceOf(Function));
});
