import { createDrayageHandlers, type DrayageHandlers } from "../../provider/drayage-handlers";
import { startProvider } from "../../provider/serve";
import type { ProviderObserver, RunningProvider } from "../../provider/serve-options";
import { surroundings } from "../surroundings";
import type { Terminal } from "../terminal/terminal";
import { version } from "../version";

export interface DrayageProvider extends RunningProvider, Pick<DrayageHandlers, "warm" | "alsoAsk"> {}

export async function startDrayageProvider(terminal: Terminal, observer: ProviderObserver): Promise<DrayageProvider> {
  const { warm, alsoAsk, ...drayage } = createDrayageHandlers(surroundings(terminal));
  return { ...(await startProvider({ ...drayage, version: version(), observer })), warm, alsoAsk };
}
