/** What the inputs of a workload in a state say of its services. Pure. */
import { z } from "zod";
import { splitCommandLine } from "../../spec/command-line";

/** As they were written: a list, or one string to be split. */
export function commandsOf(services: Record<string, unknown>, word: "flush" | "fingerprint"): Record<string, readonly string[]> {
  const words = z.union([z.array(z.string()), z.string().transform((text) => splitCommandLine(text) ?? [])]);
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, service]) => {
      const command = words.safeParse(record(service)[word]).data ?? [];
      return command.length === 0 ? [] : [[name, command] as const];
    }),
  );
}

/** Absolute paths of the host that they mount. */
export function foldersOf(services: Record<string, unknown>): string[] {
  const sources = Object.values(services).flatMap((service) => Object.keys(record(record(service).volumes)));
  return [...new Set(sources.filter((source) => source.startsWith("/")))].sort();
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
