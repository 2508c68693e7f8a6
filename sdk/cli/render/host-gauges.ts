/** Load, memory, room and clock of a host as text, with how much it should worry. Pure. */
import type { HostReport } from "../fleet/host-report";
import { humanBytes, humanSeconds } from "./human";
import type { Paint } from "./paint";

export interface Gauge {
  readonly text: string;
  readonly worry: "none" | "some" | "much";
}

const unknown: Gauge = { text: "-", worry: "none" };

/** More runnable processes than CPUs is some, twice as many is much. */
export function loadText({ now, measured }: HostReport): Gauge {
  if (now === undefined || measured === undefined) return unknown;
  const [minute] = now.load;
  return { text: `${minute.toFixed(2)} of ${measured.cpus}`, worry: worry(minute / measured.cpus, 1, 2) };
}

export function memoryText({ now }: HostReport): Gauge {
  if (now === undefined) return unknown;
  const used = now.memoryBytes - now.availableMemoryBytes;
  return { text: `${humanBytes(used)} of ${humanBytes(now.memoryBytes)}`, worry: worry(used / now.memoryBytes, 0.85, 0.95) };
}

export function dataText({ now }: HostReport): Gauge {
  if (now === undefined) return unknown;
  const { freeBytes, totalBytes } = now.data;
  return {
    text: `${humanBytes(freeBytes)} free of ${humanBytes(totalBytes)}`,
    worry: worry(1 - freeBytes / totalBytes, 0.85, 0.95),
  };
}

/** From a minute off, certificates and tokens fail. */
export function clockText({ now }: HostReport): Gauge {
  if (now === undefined) return unknown;
  const off = Math.abs(now.clockOffsetMs) / 1000;
  const exact = Math.abs(now.clockOffsetMs) <= Math.max(now.clockErrorMs, 50);
  const text = exact ? "in time" : `${now.clockOffsetMs > 0 ? "+" : "-"}${humanSeconds(off)}`;
  return { text, worry: worry(off, 1, 60) };
}

export function shade({ worry }: Gauge, paint: Paint): (text: string) => string {
  return { none: (text: string) => text, some: paint.yellow, much: paint.red }[worry];
}

function worry(value: number, some: number, much: number): Gauge["worry"] {
  return value > much ? "much" : value > some ? "some" : "none";
}
