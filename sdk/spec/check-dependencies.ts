import { findCycles } from "./dependency-cycle";
import { didYouMean } from "./nearest-name";
import { isUnknown } from "./unknown";
import type { Check, WorkloadParts } from "./workload-parts";

/** Dependencies name services that exist, can reach the condition, and form no circle. */
export const checkDependencies: Check = (parts) => {
  for (const [name, { spec, place }] of parts.services) {
    const at = place.key(spec.networkMode?.kind === "service" ? "networkMode" : "dependsOn");
    for (const { service } of spec.dependsOn) {
      if (isUnknown(service) || parts.services.has(service)) continue;
      const lent = spec.networkMode?.kind === "service" && spec.networkMode.service === service;
      (lent ? at : place.key("dependsOn")).problem(
        `there is no service '${service}'${didYouMean(service, [...parts.services.keys()])}`,
      );
    }
    for (const { service, condition } of spec.dependsOn) checkCondition(parts, name, service, condition);
  }
  const edges = new Map([...parts.services].map(([name, { spec }]) => [name, spec.dependsOn.map(({ service }) => service)]));
  for (const cycle of findCycles(edges))
    parts.place.key("services").problem(`services wait for each other: ${cycle.join(" → ")}`);
};

function checkCondition(parts: WorkloadParts, name: string, service: string, condition: string): void {
  const target = parts.services.get(service)?.spec;
  const at = parts.services.get(name)?.place.key("dependsOn").key(service);
  if (target === undefined || service === name || at === undefined) return;
  const oneShot = target.run === "once per release";
  if (condition === "completed" && !oneShot)
    at.problem(`'${service}' runs continuously and never completes; give it run: "once per release", or wait for 'healthy'`);
  if (condition === "healthy" && oneShot) at.problem(`'${service}' runs once per release; wait for 'completed'`);
  if (condition === "healthy" && target.healthcheck?.probe.kind === "none")
    at.problem(`the health check of '${service}' is disabled; wait for 'started'`);
}
