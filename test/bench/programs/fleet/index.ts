import { Config } from "@pulumi/pulumi";
import { Host, type HostArgs, Image, Workload } from "drayage";

const config = new Config();
const rack = new Host("rack", config.requireObject<HostArgs>("rack"));
const cloud = new Host("cloud", config.requireObject<HostArgs>("cloud"));
const idle = new Image("idle", { context: "./idle" });
const token = config.requireSecret("token");

for (let number = 1; number <= config.requireNumber("count"); number += 1) {
  new Workload(`idle${number}`, {
    host: number % 2 === 1 ? rack : cloud,
    services: {
      main: {
        image: idle,
        environment: { NUMBER: String(number), COLOUR: "blue" },
        secrets: { token },
        labels: { team: "bench" },
      },
    },
  });
}
