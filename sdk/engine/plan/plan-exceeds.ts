/** What a plan does beyond the one a person has said yes to. */
import type { Operation, Plan } from "./plan";

/**
 * Stops, removals and data operations of `actual` that `reviewed` did not show, in the order of `actual`. Anything
 * else (a retry, a harmless extra start) may differ. Empty means: go ahead.
 */
export function planExceeds(reviewed: Plan | undefined, actual: Plan): Operation[] {
  const allowed = new Map((reviewed?.operations ?? []).map((operation) => [key(operation), operation]));
  return actual.operations.filter((operation) => {
    const seen = allowed.get(key(operation));
    return (operation.destructive && !seen?.destructive) || (operation.touchesData && !seen?.touchesData);
  });
}

/** Ids are stable between two plans of the same world and unique within one; the host makes them unique between hosts. */
function key(operation: Operation): string {
  return `${operation.host} ${operation.kind} ${operation.id}`;
}
