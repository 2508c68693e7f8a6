import type { Command } from "commander";
import { serviceActionCommand } from "../fleet/act-on-service";
import type { Terminal } from "../terminal/terminal";

export function stopCommand(terminal: Terminal): Command {
  return serviceActionCommand(
    {
      name: "stop",
      description:
        "Stop containers of a service, with its own signal and grace period. Data stays; the next `dray up` starts them again.",
      done: "stopped",
      afterword: "They stay stopped, also after a reboot, until `dray start` or the next `dray up`.",
      act: ({ docker }, { id }) => docker.stopContainer(id),
    },
    terminal,
  );
}
