import { createDrayageHandlers, type DrayageHandlers } from "../../provider/drayage-handlers";
import { startProvider } from "../../provider/serve";
import type { ProviderObserver, RunningProvider } from "../../provider/serve-options";
import { surroundings } from "../surroundings";
import type { Terminal } from "../terminal/terminal";
import { version } from "../version";

type Shared = Pick<DrayageHandlers, "warm" | "alsoAsk" | "handlers" | "leftovers" | "reachedHosts">;

export interface DrayageProvider extends RunningProvider, Shared {}

export async function startDrayageProvider(terminal: Terminal, observer: ProviderObserver): Promise<DrayageProvider> {
  const drayage = createDrayageHandlers(surroundings(terminal), { sweeps: true });
  const { warm, alsoAsk, handlers, leftovers, reachedHosts } = drayage;
  const provider = await startProvider({ ...drayage, version: version(), observer });
  return { ...provider, warm, alsoAsk, handlers, leftovers, reachedHosts };
}
