/** What of a resource's arguments can be judged while the program runs: the same shape, with UNKNOWN for what comes later. */
import { Output, Resource } from "@pulumi/pulumi";
import { UNKNOWN } from "../spec/unknown";

export function knownPart(value: unknown): unknown {
  if (Output.isInstance(value) || value instanceof Promise) return UNKNOWN;
  if (Array.isArray(value)) return value.map(knownPart);
  // A resource in a place where none belongs is for the reader to complain about.
  if (Resource.isInstance(value)) return { urn: UNKNOWN };
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, knownPart(item)]));
}
