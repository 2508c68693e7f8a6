import type { Command } from "commander";
import { serviceActionCommand } from "../fleet/act-on-service";
import type { Terminal } from "../terminal/terminal";

export function startCommand(terminal: Terminal): Command {
  return serviceActionCommand(
    {
      name: "start",
      description: "Start containers of a service that were stopped. Waits for no health check: `dray up` does.",
      done: "started",
      act: ({ docker }, { id }) => docker.startContainer(id),
    },
    terminal,
  );
}
