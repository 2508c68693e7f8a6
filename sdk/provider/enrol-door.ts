/** The enrolment room, as the handlers of Host and Enrolment ask for it. */
import type { ConnectionPool, SshConnectionSpec } from "../engine/connection/connection";
import { withKeyPaths } from "../engine/connection/key-paths";
import { dropInjectedKey, type Enrolment, enrolHost } from "../engine/host/enrol/enrol-host";
import { enrolOperations } from "../engine/host/enrol/enrol-plan";
import type { Operation, Plan } from "../engine/plan/plan";
import type { EnrolDoor, EnrolWish } from "./engine-doors";

export interface EnrolDoorParts {
  readonly connections: () => Promise<ConnectionPool>;
  /** For `~/`. */
  readonly home: string;
}

/** A machine of a cloud lets us in after 20 to 90 seconds. */
const patienceMs = 300_000;

export function createEnrolDoor({ connections, home }: EnrolDoorParts): EnrolDoor {
  const enrolmentOf = ({ name, connection, base, timeoutMs, ...rest }: EnrolWish): Enrolment => ({
    ...rest,
    host: name,
    spec: withKeyPaths(connection, base, home) as SshConnectionSpec,
    patienceMs: timeoutMs > 0 ? timeoutMs : patienceMs,
    open: async (spec) => (await connections()).openShell(name, spec),
    leave: async (spec) => (await connections()).renew(name, spec),
  });
  return {
    planArrival: async (host) => planOf(host, enrolOperations(host)),
    planRemoval: async (host) => planOf(host, [{ ...enrolOperations(host)[2], dependsOn: [] }]),
    enrol: (wish) => enrolHost(enrolmentOf(wish)),
    drop: ({ own, ...wish }) => dropInjectedKey(enrolmentOf(wish), own),
  };
}

const planOf = (subject: string, operations: readonly Operation[]): Plan => ({
  schemaVersion: 1,
  kind: "create",
  subject,
  operations,
  outages: [],
  notes: [],
});
