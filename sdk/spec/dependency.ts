/** started: its container runs. healthy: its gate has passed. completed: its one-shot run ended with exit code 0. */
import type { Place } from "./place";
import { isRecord, keysOf, listOf, oneOf, text } from "./read";
import { isUnknown } from "./unknown";

export type DependencyCondition = "started" | "healthy" | "completed";

/** `["db"]` (started, as Compose) or `{ db: "healthy" }`. Compose: `depends_on`. */
export type DependsOnInput<ServiceName extends string = string> =
  | readonly ServiceName[]
  | { readonly [service in ServiceName]?: DependencyCondition };

export interface DependencySpec {
  readonly service: string;
  readonly condition: DependencyCondition;
}

export function readDependsOn(value: unknown, place: Place): DependencySpec[] {
  const started = (service: string): DependencySpec => ({ service, condition: "started" });
  if (!isRecord(value) || isUnknown(value)) return [...new Set(names(value, place) ?? [])].sort().map(started);
  return keysOf(value).map((service) => ({ service, condition: readCondition(value[service], place.key(service)) ?? "started" }));
}

const names = listOf(text, "a list of services, or an object: service → 'started', 'healthy' or 'completed'");
const condition = oneOf("started", "healthy", "completed");

/** Compose's long words, which a pasted file brings along. */
const COMPOSE: Readonly<Record<string, DependencyCondition>> = {
  service_started: "started",
  service_healthy: "healthy",
  service_completed_successfully: "completed",
};

function readCondition(value: unknown, place: Place): DependencyCondition | undefined {
  const ours = typeof value === "string" ? COMPOSE[value] : undefined;
  return ours === undefined ? condition(value, place) : place.problem(`write '${ours}' for Compose's '${value}'`);
}
