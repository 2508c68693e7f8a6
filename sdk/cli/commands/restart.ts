import type { Command } from "commander";
import { serviceActionCommand } from "../fleet/act-on-service";
import type { Terminal } from "../terminal/terminal";

export function restartCommand(terminal: Terminal): Command {
  return serviceActionCommand(
    {
      name: "restart",
      description: "Restart containers of a service, one replica after the other.",
      done: "restarted",
      act: ({ docker }, { id }) => docker.restartContainer(id),
    },
    terminal,
  );
}
