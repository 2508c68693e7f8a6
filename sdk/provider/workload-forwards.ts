/** Which hosts forward to a workload, by their names in the program, the one that it left last at the end. */
import { forwardedPorts } from "../spec/forward";
import type { WorkloadDoor, WorkloadWish } from "./engine-doors";

type Door = Pick<WorkloadDoor, "forwardedFrom">;

/** After the move that is planned. */
export async function willForward(door: Door, { identity, source, target, spec, running }: WorkloadWish): Promise<string[]> {
  const before = (await door.forwardedFrom(source ?? target, identity))
    .map(({ host }) => host)
    .filter((it) => it !== target.name);
  if (source === undefined) return before;
  const { services } = running?.spec ?? spec;
  const { ports } = forwardedPorts({ services, ...(spec.forward === false && { forward: false }) });
  return ports.length === 0 ? before : [...before.filter((it) => it !== source.name), source.name];
}
