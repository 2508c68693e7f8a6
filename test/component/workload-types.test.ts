/** Names that are not declared do not compile: `npm run check` fails when one of these lines stops being an error. */
import * as pulumi from "@pulumi/pulumi";
import { LocalHost, Workload } from "../../sdk";

function typedNames(): void {
  const host = new LocalHost("here");
  const shop = new Workload("shop", {
    host,
    services: {
      web: { image: "nginx", dependsOn: { db: "healthy" }, replicas: pulumi.output(2), init: pulumi.output(true) },
      db: { image: "postgres:16", volumes: { data: "/var/lib/postgresql/data", "/etc/ssl": "/etc/ssl" }, networks: ["back"] },
      job: { image: "x", dependsOn: ["db", "web"], networkMode: "service:db", run: "once per release" },
    },
    volumes: { data: {} },
    networks: { back: { internal: true } },
  });
  shop.endpoint("web", 80);
  // @ts-expect-error there is no service of that name
  shop.endpoint("wbe", 80);

  new Workload("a", {
    host,
    // @ts-expect-error dependsOn names a service
    services: { web: { image: "nginx", dependsOn: { dbb: "healthy" } }, db: { image: "postgres:16" } },
  });
  new Workload("b", {
    host,
    // @ts-expect-error volumes names a declared volume
    services: { db: { image: "postgres:16", volumes: { dta: "/data" } } },
    volumes: { data: {} },
  });
  new Workload("c", {
    host,
    // @ts-expect-error no volume is declared
    services: { db: { image: "postgres:16", volumes: { data: "/data" } } },
  });
  new Workload("d", {
    host,
    // @ts-expect-error networks names a declared network
    services: { db: { image: "postgres:16", networks: ["bakc"] } },
    networks: { back: {} },
  });
  new Workload("e", {
    host,
    // @ts-expect-error unknown keys are refused
    services: { db: { image: "postgres:16", dependOn: ["db"] } },
  });
}

describe("the Workload's types", () => {
  it("are judged by the compiler", () => expect(typedNames).toBeInstanceOf(Function));
});
