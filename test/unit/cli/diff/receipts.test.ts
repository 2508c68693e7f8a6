import { type Declared, readDeclared } from "../../../../sdk/cli/diff/declared";
import { compareReceiptFiles } from "../../../../sdk/cli/diff/receipts";
import type { Receipt } from "../../../../sdk/engine/receipt/receipt";
import { hostFacts, receipt, replica, workload } from "../../engine/receipt/receipts";

const values = (port: number, log: string, memory: string): Declared | undefined =>
  readDeclared({
    hosts: { rack: "10.0.0.1" },
    ports: { web: port },
    sizes: { log },
    resources: { api: { memory } },
    secrets: { pg: "[secret]" },
  });

/** The receipt of a stack that differs in what is declared, and has a limit where the other one has none. */
function other(): Receipt {
  const configuration = {
    ...replica.configuration,
    environment: { LOG: "warn" },
    ports: { "443:80/tcp": "" },
    memoryBytes: 2 ** 30,
  };
  const secrets = { pg: { hash: "bbbbbbbbbbbb", mode: "0400", owner: "0:0" } };
  const services = { api: { replicas: [{ ...replica, configuration }], secrets, configs: { "/etc/app": "d1" } } };
  return { ...receipt, hosts: { rack: { ...hostFacts, os: "debian" } }, workloads: { shop: { ...workload, services } } };
}

const found = (b: Receipt, declared = true) => {
  const { differences } = compareReceiptFiles(
    { label: "a.json", receipt, declared: declared ? values(80, "info", "512m") : undefined },
    { label: "b.json", receipt: b, declared: declared ? values(443, "warn", "1g") : undefined },
  );
  return Object.fromEntries(differences.map(({ path, within }) => [path, within ?? "not declared"]));
};

describe("two receipts held against what is declared", () => {
  it("may differ in the machines, published ports, sizes and secrets that are", () => {
    expect(found(other())).toEqual({
      "host.os": "hosts.rack",
      "services.api.environment.LOG": "sizes.log",
      "services.api.memoryBytes": "not declared",
      "services.api.ports.443:80/tcp": "ports.web",
      "services.api.ports.80:80/tcp": "ports.web",
      "services.api.secrets.pg": "secrets.pg",
    });
  });

  it("may differ in nothing when nothing is declared", () => {
    expect(new Set(Object.values(found(other(), false)))).toEqual(new Set(["not declared"]));
  });

  it("are not compared in their data, which is no configuration", () => {
    const data = { kind: "bytes", hash: "0".repeat(64), files: 1, bytes: 3, changing: [] } as const;
    const moved = { ...workload, volumes: { data: { dockerName: "x", usedBy: ["api"], data } } };
    expect(found({ ...receipt, workloads: { shop: moved } })).toEqual({});
  });
});
