/** What a preview shows of a machine that shall get a key of its own. */
import type { Operation } from "../../plan/plan";

/** Arrival and rotation, and the removal, which comes when the new key is recorded. */
export function enrolOperations(host: string): readonly [arrival: Operation, rotation: Operation, removal: Operation] {
  const common = { host, destructive: false, touchesData: false, detail: {} };
  const arrival: Operation = {
    ...common,
    id: `await ${host}`,
    kind: "await machine",
    subject: host,
    cause: "first contact, pinned to the key it was given",
    dependsOn: [],
  };
  const rotation: Operation = {
    ...common,
    id: "create host key",
    kind: "create host key",
    subject: "host key",
    cause: "the given one was in user data",
    dependsOn: [arrival.id],
  };
  const removal: Operation = {
    ...common,
    id: "remove given key",
    kind: "remove given key",
    subject: "given key",
    cause: "the machine's own is recorded",
    dependsOn: [rotation.id],
  };
  return [arrival, rotation, removal];
}
