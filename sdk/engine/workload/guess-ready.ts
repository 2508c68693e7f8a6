/** How long a service takes to be ready that was never measured. */
import type { HealthcheckSpec } from "../../spec/healthcheck";
import type { WantedService } from "./wanted-workload";

/** Seconds. An http probe waits for an application to boot, a command usually asks a database, a port is open early. */
export function guessReady({ gate }: Pick<WantedService, "gate">): number {
  const guesses: Partial<Record<HealthcheckSpec["probe"]["kind"], number>> = { http: 4, tcp: 1 };
  return gate === undefined ? 0.5 : (guesses[gate.probe.kind] ?? 0.2);
}
