import { startProvider } from "../../provider/serve";
import type { ProviderObserver, RunningProvider } from "../../provider/serve-options";
import type { Terminal } from "../terminal/terminal";
import { version } from "../version";

export function startDrayageProvider(_terminal: Terminal, observer: ProviderObserver): Promise<RunningProvider> {
  return startProvider({ handlers: {}, version: version(), observer });
}
