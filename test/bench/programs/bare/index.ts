import { Config } from "@pulumi/pulumi";
import { Host, type HostArgs } from "drayage";

const config = new Config();
const reached = config.requireObject<HostArgs>(config.require("host"));
const prepare = { dataDisk: { device: "/dev/lab-disk" } };

export const { engineId } = new Host("host", { ...reached, prepare });
