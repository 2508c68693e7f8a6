/** All commands: enough to print `dray --help` without loading any of them. */
import type { Command } from "commander";
import type { Terminal } from "./terminal/terminal";

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  readonly load: (terminal: Terminal) => Command;
}

const deploy = "Deploy:";
const look = "Look:";
const act = "Act on what runs:";
const data = "Data and ownership:";
const setup = "Set up:";

// `require` keeps loading lazy and synchronous in the CommonJS output; each module pulls in only what its command needs.
export const commandTable: readonly CommandEntry[] = [
  entry("init", setup, "Write a small program that runs at once on the lab", (t) =>
    (require("./commands/init") as typeof import("./commands/init")).initCommand(t),
  ),
  entry("lab", setup, "Throw-away hosts on this machine", (t) =>
    (require("./commands/lab") as typeof import("./commands/lab")).labCommand(t),
  ),
  entry("doctor", setup, "Check this machine and the program's hosts", (t) =>
    (require("./commands/doctor") as typeof import("./commands/doctor")).doctorCommand(t),
  ),
  entry("preview", deploy, "Show what `up` would do, changing nothing", (t) =>
    (require("./commands/preview") as typeof import("./commands/preview")).previewCommand(t),
  ),
  entry("up", deploy, "Build, ship, run and move until the world is as the program says", (t) =>
    (require("./commands/up") as typeof import("./commands/up")).upCommand(t),
  ),
  entry("move", deploy, "Carry a workload to another host with its data", (t) =>
    (require("./commands/move") as typeof import("./commands/move")).moveCommand(t),
  ),
  entry("promote", deploy, "Run on one stack the very images that another one runs", (t) =>
    (require("./commands/promote") as typeof import("./commands/promote")).promoteCommand(t),
  ),
  entry("refresh", deploy, "Bring the state up to date with the hosts", (t) =>
    (require("./commands/refresh") as typeof import("./commands/refresh")).refreshCommand(t),
  ),
  entry("destroy", deploy, "Remove what the stack made; volumes with data are kept", (t) =>
    (require("./commands/destroy") as typeof import("./commands/destroy")).destroyCommand(t),
  ),
  entry("status", look, "Where each workload lives, who owns it, what is going on", (t) =>
    (require("./commands/status") as typeof import("./commands/status")).statusCommand(t),
  ),
  entry("hosts", look, "The stack's hosts: facts, load, room, what lives and what is kept there", (t) =>
    (require("./commands/hosts") as typeof import("./commands/hosts")).hostsCommand(t),
  ),
  entry("ps", look, "The containers of the stack on all hosts", (t) =>
    (require("./commands/ps") as typeof import("./commands/ps")).psCommand(t),
  ),
  entry("logs", look, "What the services wrote", (t) =>
    (require("./commands/logs") as typeof import("./commands/logs")).logsCommand(t),
  ),
  entry("parity", look, "Does the same run in two places? Hosts, stacks or receipts compared", (t) =>
    (require("./commands/parity") as typeof import("./commands/parity")).parityCommand(t),
  ),
  entry("receipt", look, "Write what really runs as JSON, to be compared later", (t) =>
    (require("./commands/receipt") as typeof import("./commands/receipt")).receiptCommand(t),
  ),
  entry("diff", look, "In what two stacks differ, and whether the program declares it", (t) =>
    (require("./commands/diff") as typeof import("./commands/diff")).diffCommand(t),
  ),
  entry("stacks", look, "The stacks of this program", (t) =>
    (require("./commands/stacks") as typeof import("./commands/stacks")).stacksCommand(t),
  ),
  entry("exec", act, "Run a command in a running service", (t) =>
    (require("./commands/exec") as typeof import("./commands/exec")).execCommand(t),
  ),
  entry("run", act, "Run a one-off container of a service", (t) =>
    (require("./commands/run") as typeof import("./commands/run")).runCommand(t),
  ),
  entry("restart", act, "Restart the containers of a service", (t) =>
    (require("./commands/restart") as typeof import("./commands/restart")).restartCommand(t),
  ),
  entry("stop", act, "Stop the containers of a service", (t) =>
    (require("./commands/stop") as typeof import("./commands/stop")).stopCommand(t),
  ),
  entry("start", act, "Start the containers of a service", (t) =>
    (require("./commands/start") as typeof import("./commands/start")).startCommand(t),
  ),
  entry("volumes", data, "List, export and remove volumes", (t) =>
    (require("./commands/volumes") as typeof import("./commands/volumes")).volumesCommand(t),
  ),
  entry("forwards", act, "What hosts forward that a workload has left; end it", (t) =>
    (require("./commands/forwards") as typeof import("./commands/forwards")).forwardsCommand(t),
  ),
  entry("export", data, "Copy a workload's data, as of one moment, to a folder or over ssh", (t) =>
    (require("./commands/export") as typeof import("./commands/export")).exportCommand(t),
  ),
  entry("import", data, "Give a workload the data of an export", (t) =>
    (require("./commands/import") as typeof import("./commands/import")).importCommand(t),
  ),
  entry("restore", data, "Bring a workload up elsewhere when its host is lost", (t) =>
    (require("./commands/restore") as typeof import("./commands/restore")).restoreCommand(t),
  ),
  entry("adopt", data, "Take over a workload that another stack owns", (t) =>
    (require("./commands/adopt") as typeof import("./commands/adopt")).adoptCommand(t),
  ),
  entry("unpin", data, "Forget a decision made outside the program", (t) =>
    (require("./commands/unpin") as typeof import("./commands/unpin")).unpinCommand(t),
  ),
  entry("unlock", data, "Remove locks whose holder is gone", (t) =>
    (require("./commands/unlock") as typeof import("./commands/unlock")).unlockCommand(t),
  ),
  entry("pulumi", setup, "Run a Pulumi command on this stack", (t) =>
    (require("./commands/pulumi") as typeof import("./commands/pulumi")).pulumiCommand(t),
  ),
];

function entry(name: string, group: string, summary: string, load: CommandEntry["load"]): CommandEntry {
  return { name, group, summary, load };
}
