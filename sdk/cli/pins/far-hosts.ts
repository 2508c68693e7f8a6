import type { Pins } from "../../context/pins-file";
import type { HostRefSpec } from "../../spec/host";
import type { Chosen } from "../common-options";
import { hostRefsIn } from "../state/hosts-in-state";
import { loadResources } from "../state/load-state";
import type { Terminal } from "../terminal/terminal";

/**
 * Hosts of the stacks that something pinned came from: they may have an image that nobody nearer has. Only then are their states
 * read, which costs a start of Pulumi where no file holds them; one that cannot be read has none.
 */
export async function farHosts({ project, stack: own }: Chosen, pins: Pins, terminal: Terminal): Promise<HostRefSpec[]> {
  const from = [...Object.values(pins.images), ...Object.values(pins.references)].map((pin) => pin.from);
  const stacks = [...new Set(from)].filter((stack) => stack !== own);
  const states = await Promise.all(stacks.map((stack) => loadResources({ project, stack }, terminal).catch(() => [])));
  return states.flatMap(hostRefsIn);
}
