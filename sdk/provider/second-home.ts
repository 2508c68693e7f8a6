/**
 * A create has no state that would say where the workload lives already: its state was lost, or the run that began it was killed, and
 * the program says another host by now. Made there as well it would be two, and the new one without its data.
 */
import { DrayageError } from "../spec/drayage-error";
import type { Hosts, WorkloadDoor, WorkloadWish } from "./engine-doors";

export interface SecondHomeParts {
  readonly hosts: Pick<Hosts, "declared" | "opened">;
  readonly door: Pick<WorkloadDoor, "lives">;
}

/** Asks the program's other hosts that this run has reached, or is about to: it dials none of its own. @throws DATA_PROTECTED */
export async function refuseSecondHome({ hosts, door }: SecondHomeParts, wish: WorkloadWish): Promise<void> {
  const { target, spec } = wish;
  const names = new Set(hosts.declared().map(({ name }) => name));
  const others = (await hosts.opened()).filter(
    ({ name, measured }) => names.has(name) && measured.engineId !== target.measured.engineId,
  );
  const lives = await Promise.all(others.map((host) => door.lives(host, wish)));
  const home = others.find((_, index) => lives[index]);
  if (home === undefined) return;
  throw new DrayageError(
    "DATA_PROTECTED",
    `lives on ${home.name}, which the state does not know; on ${target.name} it would be made anew`,
    {
      subject: spec.name,
      hint: `Say \`host: ${home.name}\` for one \`dray up\`, then change it: that is a move. docs/ownership.md says more.`,
    },
  );
}
