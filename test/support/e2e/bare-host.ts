/** A host as a provider hands it over, in the run's lab, and what its root sees of it. */
import { join } from "node:path";
import { Lab } from "../../../sdk/lab/lab";
import { labUse, runRoot } from "./e2e-run";
import { EngineView } from "./engine-view";
import { alone } from "./test-hosts";

export interface BareHost {
  readonly lab: Lab;
  readonly name: string;
  readonly engine: EngineView;
  /** A shell line as root; a failure is an error. */
  root(line: string): Promise<string>;
}

export async function bareHost(name: string): Promise<BareHost> {
  const use = labUse(runRoot());
  const lab = await alone(join(runRoot(), "lab.lock"), () => Lab.up({ ...use, hosts: [], bare: [name] }));
  const engine = EngineView.ofLabHost(name, use.docker, lab.host(name).containerId);
  return { lab, name, engine, root: async (line) => (await engine.run("sh", "-c", line)).trim() };
}
