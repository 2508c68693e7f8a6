import { Config } from "@pulumi/pulumi";
import { Host, type HostArgs, Image, LocalHost, Workload } from "drayage";

const config = new Config();
const rack = config.getObject<HostArgs>("rack");
const host = rack === undefined ? new LocalHost("here") : new Host("rack", rack);

const site = new Image("site", { context: "./site" });

export const hello = new Workload("hello", {
  host,
  services: { site: { image: site, ports: [`${config.getNumber("port") ?? 8080}:8080`] } },
});
export const url = hello.endpoint("site", 8080).url;
