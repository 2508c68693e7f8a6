import { createDrayageHandlers } from "../../provider/drayage-handlers";
import { startProvider } from "../../provider/serve";
import type { ProviderObserver, RunningProvider } from "../../provider/serve-options";
import { surroundings } from "../surroundings";
import type { Terminal } from "../terminal/terminal";
import { version } from "../version";

export function startDrayageProvider(terminal: Terminal, observer: ProviderObserver): Promise<RunningProvider> {
  return startProvider({ ...createDrayageHandlers(surroundings(terminal)), version: version(), observer });
}
