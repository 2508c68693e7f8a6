import type { ImagePin, LostHost, Pin, Pins, Promoted, ReferencePin } from "../../context/pins-file";
import { shortHash } from "./human";

/** One line per pin. */
export function renderPins({ workloads, images, references, lost }: Pins): string {
  return [
    ...Object.entries(workloads).map(placement),
    ...Object.entries(images).map(image),
    ...Object.entries(references).map(reference),
    ...Object.entries(lost).map(lostHost),
  ].join("\n");
}

function placement([name, { host, instead, reason }]: readonly [string, Pin]): string {
  return `${name} on ${host}, where the program says ${instead}${reason === undefined ? "" : `  (${reason})`}`;
}

function image([name, pin]: readonly [string, ImagePin]): string {
  return `image ${name} at ${shortHash(pin.contentHash)}  (${origin(pin)})`;
}

function reference([name, pin]: readonly [string, ReferencePin]): string {
  return `${pin.ref} of ${name} at ${shortHash(pin.id)}  (${origin(pin)})`;
}

function lostHost([name, { machineId, at }]: readonly [string, LostHost]): string {
  return `host ${name} is lost  (machine ${shortHash(machineId)}, ${at})`;
}

function origin({ from, at }: Promoted): string {
  return `from ${from}, ${at}`;
}
