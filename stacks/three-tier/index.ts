import { Config } from "@pulumi/pulumi";
import { environment, Image, type ImageArgs, Workload } from "drayage";

// All in which two stacks may differ. `dray lab up` writes where the two hosts are; a machine of yours goes there as well.
const env = environment({
  hosts: ["rack", "cloud"],
  resources: { api: {}, db: {} },
  ports: { web: 8080, db: 5432 },
  secrets: ["dbPassword"],
});
const { rack, cloud } = env.hosts;

const build = buildOptions();
const web = new Image("web", { context: "./web", ...build }); // nginx and its configuration
const api = new Image("api", { context: "./api", ...build }); // Spring Boot, reads /run/secrets by spring.config.import=configtree:
const db = new Image("db", { context: "./db", ...build }); // PostgreSQL from Debian's packages

export const shop = new Workload("shop", {
  host: rack, // change it to `cloud`: that is the move
  services: {
    web: {
      image: web,
      ports: [`${env.ports.web}:80`],
      healthcheck: { http: { port: 80, path: "/healthz" } },
      dependsOn: { api: "healthy" },
    },
    api: {
      image: api,
      environment: {
        SPRING_DATASOURCE_URL: "jdbc:postgresql://db/shop",
        SPRING_DATASOURCE_USERNAME: "shop",
      },
      secrets: { "spring.datasource.password": env.secrets.dbPassword },
      healthcheck: { http: { port: 8080, path: "/actuator/health" } },
      dependsOn: { db: "healthy" },
      ...env.resources.api,
    },
    db: {
      image: db,
      environment: { POSTGRES_USER: "shop", POSTGRES_PASSWORD_FILE: "/run/secrets/pg" },
      secrets: { pg: env.secrets.dbPassword },
      ports: [`${env.ports.db}:5432`],
      volumes: { data: "/var/lib/postgresql/data" },
      healthcheck: { command: ["pg_isready", "--username=shop", "--host=127.0.0.1"] },
      stopGracePeriod: "30s",
      flush: ["psql", "--username=shop", "--quiet", "--command=CHECKPOINT"], // before the last live round of a move
      // What stands for its data in `dray parity`: every row, in an order that does not depend on where it lies.
      fingerprint: ["bash", "-o", "pipefail", "-c", "pg_dump --username=shop shop | grep -Ev '^.(un)?restrict ' | sort"],
      shmSize: "128MB",
      ...env.resources.db,
    },
  },
  volumes: { data: {} },
});

export const hosts = { rack: rack.engineId, cloud: cloud.engineId };
export const url = shop.endpoint("web", 80).url;
export const database = shop.endpoint("db", 5432).url;

/** For builds behind a proxy that inspects TLS: its certificates as a build secret, and the builder's own network. */
function buildOptions(): Partial<ImageArgs> {
  const config = new Config();
  const caBundle = config.get("caBundle");
  const network = config.get("buildNetwork");
  return {
    ...(network === undefined ? {} : { network }),
    ...(caBundle === undefined ? {} : { secrets: { ca: { file: caBundle } } }),
  };
}
