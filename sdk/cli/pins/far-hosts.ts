import type { Pins } from "../../context/pins-file";
import type { HostRefSpec } from "../../spec/host";
import { hostsInState, type StatePlace } from "../state/hosts-in-state";

/** Hosts of the stacks that something pinned came from: they may have an image that nobody nearer has. */
export function farHosts(place: StatePlace, { images, references }: Pins): HostRefSpec[] {
  const from = [...Object.values(images), ...Object.values(references)].map((pin) => pin.from);
  const stacks = [...new Set(from)].filter((stack) => stack !== place.stack);
  return stacks.flatMap((stack) => hostsInState({ ...place, stack }));
}
