/** The package `machines` for programs under test: its provider lives in the test's process, and the engine is told its port. */
import { startProvider } from "../../../sdk/provider/serve";
import { type MachinePark, machineHandler } from "./machine-handler";

export interface Machines {
  /** For the runs of programs that use the package. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export async function startMachines(park: MachinePark): Promise<Machines> {
  const handlers = { "machines:index:Machine": machineHandler(park) };
  const { port, stop } = await startProvider({ handlers, version: "1.0.0" });
  return { env: { PULUMI_DEBUG_PROVIDERS: `machines:${port}` }, stop: () => stop() };
}
