import { Config } from "@pulumi/pulumi";
import { Host, type HostArgs, Image, Workload } from "drayage";

const config = new Config();
const rack = new Host("rack", config.requireObject<HostArgs>("rack"));
const cloud = new Host("cloud", config.requireObject<HostArgs>("cloud"));
const db = new Image("db", { context: "./db" });
const password = config.requireSecret("dbPassword");

export const shop = new Workload("shop", {
  host: config.get("host") === "cloud" ? cloud : rack,
  services: {
    db: {
      image: db,
      environment: { POSTGRES_USER: "shop", POSTGRES_PASSWORD_FILE: "/run/secrets/pg" },
      secrets: { pg: password },
      ports: ["5432:5432"],
      volumes: { data: "/var/lib/postgresql/data" },
      healthcheck: { command: ["pg_isready", "--username=shop", "--host=127.0.0.1"] },
      stopGracePeriod: "30s",
      flush: ["psql", "--username=shop", "--quiet", "--command=CHECKPOINT"],
      shmSize: "128MB",
    },
  },
  volumes: { data: {} },
});
