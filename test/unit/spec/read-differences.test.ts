import { readDifferences, type StackSays } from "../../../sdk/spec/read-differences";

const says = (environment: unknown, own: Record<string, string> = {}): StackSays => ({
  environment: environment === undefined ? undefined : JSON.stringify(environment),
  own: (name) => own[name],
  where: "shop:environment of stack staging",
});
const told = (declared: object, environment: unknown, own?: Record<string, string>) =>
  readDifferences(declared, says(environment, own)).problems.map(({ path, reason }) => `${path}: ${reason}`);

const declared = {
  hosts: ["shop"],
  replicas: { api: 1 },
  resources: { api: {} },
  domains: ["shop"],
  ports: { web: 8080 },
  sizes: { pool: 10, machine: "small" },
  secrets: ["dbPassword"],
};
const environment = {
  hosts: { shop: { address: "10.0.0.11", user: "deploy" } },
  replicas: { api: 3 },
  resources: { api: { memory: "1g", cpus: 2 } },
  domains: { shop: "staging.example.com" },
  secrets: { dbPassword: "open sesame" },
};

describe("what a stack says of the declared differences", () => {
  it("is taken as written, and the program's value where it says nothing", () => {
    const { values, problems } = readDifferences(declared, says(environment));
    expect(problems).toEqual([]);
    expect(values).toEqual({ ...environment, ports: { web: 8080 }, sizes: { pool: 10, machine: "small" } });
  });

  it("may stand in keys of their own for hosts and secrets, as the lab and `config set --secret` write them", () => {
    const { hosts, domains } = environment;
    const own = { shop: JSON.stringify(hosts.shop), dbPassword: "12345" };
    const { values, problems } = readDifferences(declared, says({ domains }, own));
    expect(problems).toEqual([]);
    expect([values.hosts.shop, values.secrets.dbPassword]).toEqual([hosts.shop, "12345"]);
    expect(readDifferences({ hosts: ["shop"] }, says(undefined, { shop: "local" })).values.hosts.shop).toBe("local");
  });

  it("is closed: kinds, names and fields nobody declared are refused by path, with the nearest known", () => {
    const wrong = {
      ...environment,
      hosts: { shop: { adress: "10.0.0.11" } },
      replica: {},
      replicas: { apy: 2 },
      resources: { api: { memry: "1g" } },
    };
    expect(told(declared, wrong)).toEqual([
      "replica: unknown key 'replica'; did you mean 'replicas'?",
      "hosts.shop.adress: unknown key 'adress'; did you mean 'address'?",
      "hosts.shop.address: is missing",
      "replicas.apy: unknown key 'apy'; did you mean 'api'?",
      "resources.api.memry: unknown key 'memry'; did you mean 'memory'?",
    ]);
  });

  it("misses what has no value anywhere, and says where it belongs", () => {
    const { hosts, domains, secrets } = declared;
    expect(told({ hosts, domains, secrets }, undefined)).toEqual([
      expect.stringMatching(/^hosts\.shop: is missing in shop:environment of stack staging: write hosts: \{ shop: local \}/),
      "domains.shop: is missing in shop:environment of stack staging",
      "secrets.dbPassword: is missing in shop:environment of stack staging",
    ]);
  });

  it("tells each wrong value once, never a secret's, and goes on with a stand-in", () => {
    const wrong = { ...environment, replicas: { api: 0 }, domains: { shop: "https://x" }, secrets: { dbPassword: 4711 } };
    const { values, problems } = readDifferences(declared, says(wrong));
    expect(problems.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      "replicas.api: expected a whole number from 1 to 1000, got 0",
      'domains.shop: expected a host name such as "shop.example.com", got "https://x"',
      "secrets.dbPassword: expected a secret text, got a number",
    ]);
    expect([values.replicas.api, values.domains.shop]).toEqual([1, "not-configured.invalid"]);
    expect(told(declared, "staging")).toContain(': expected an object, got "staging"');
  });

  it("takes a secret from where it is, by the words of references", () => {
    const inFile = { from: "file", path: "secrets/pg" };
    expect(readDifferences({ secrets: ["pg"] }, says({ secrets: { pg: inFile } })).values.secrets).toEqual({ pg: inFile });
    expect(told({ secrets: ["pg"] }, { secrets: { pg: { from: "fil", path: "x" } } })).toEqual([
      expect.stringMatching(/^secrets\.pg\.from: expected 'environment', 'file' or 'sops'/),
    ]);
  });

  it("knows the kinds, and takes a wrong value of the program for the mistake it is", () => {
    expect(told({ domain: ["shop"] }, undefined)).toEqual(["domain: stacks cannot differ in 'domain'; did you mean 'domains'?"]);
    expect(told({ replicas: { api: 0 } }, undefined)).toEqual(["replicas.api: expected a whole number from 1 to 1000, got 0"]);
    expect(told({ replicas: ["a b"] }, { replicas: { "a b": 1 } })).toEqual([
      "replicas: expected names of letters, digits, '-' and '_', got \"a b\"",
    ]);
  });
});
