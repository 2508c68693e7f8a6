import { waysTo } from "../../spec/forward";
import type { HostHandle } from "../host/host-handle";

/** Addresses at which one host may find another, best first. */
export const waysBetween = (from: HostHandle, to: HostHandle): string[] => waysTo(reached(from), reached(to));

const reached = ({ connection, traits }: HostHandle) => ({ connection: connection.spec, traits: traits?.() });
