/** The hosts of the run's one lab, brought up by the first suite that asks. */
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Lab } from "../../../sdk/lab/lab";
import { labUse, runRoot } from "./e2e-run";
import { EngineView } from "./engine-view";

export interface TestHosts {
  readonly lab: Lab;
  readonly rack: TestHost;
  readonly cloud: TestHost;
  /** Up only for those who ask for it. */
  readonly third: TestHost;
}

export interface TestHost {
  readonly name: string;
  readonly address: string;
  readonly engine: EngineView;
}

/** What is up already is left alone, so every suite may ask. `more`: names beside rack and cloud. */
export async function testHosts(...more: readonly "third"[]): Promise<TestHosts> {
  const root = runRoot();
  const use = labUse(root);
  const lab = await alone(join(root, "lab.lock"), () => Lab.up({ ...use, hosts: ["rack", "cloud", ...more] }));
  const host = (name: string): TestHost => {
    const { address, containerId } = lab.host(name);
    return { name, address, engine: EngineView.ofLabHost(name, use.docker, containerId) };
  };
  return {
    ...{ lab, rack: host("rack"), cloud: host("cloud") },
    get third() {
      return host("third");
    },
  };
}

/** Suites run one after the other, unless somebody has started jest otherwise. */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      await pause(200);
    }
  }
  try {
    return await work();
  } finally {
    rmdirSync(lock);
  }
}
