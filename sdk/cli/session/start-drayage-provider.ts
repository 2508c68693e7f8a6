import { createDrayageHandlers, type DrayageHandlers } from "../../provider/drayage-handlers";
import { startProvider } from "../../provider/serve";
import type { ProviderObserver, RunningProvider } from "../../provider/serve-options";
import { surroundings } from "../surroundings";
import type { Terminal } from "../terminal/terminal";
import { version } from "../version";

type Shared = Pick<DrayageHandlers, "warm" | "alsoAsk" | "handlers" | "leftovers">;

export interface DrayageProvider extends RunningProvider, Shared {}

export async function startDrayageProvider(terminal: Terminal, observer: ProviderObserver): Promise<DrayageProvider> {
  const { warm, alsoAsk, leftovers, ...drayage } = createDrayageHandlers(surroundings(terminal), { sweeps: true });
  const { handlers } = drayage;
  return { ...(await startProvider({ ...drayage, version: version(), observer })), warm, alsoAsk, handlers, leftovers };
}
