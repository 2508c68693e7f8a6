/** The plan for a machine that does not exist yet. Pure: there is nothing on it, and no image of ours. */
import type { ServiceImageSpec } from "../../spec/image";
import { pullReferenceOf } from "../../spec/registry";
import type { Plan } from "../plan/plan";
import { createdServices, decideWorkload } from "./decide-workload";
import type { ImageAvailability } from "./image-supply";
import type { ObservedWorkload } from "./observed-workload";
import { planWorkload } from "./plan-workload";
import { wantedWorkload } from "./wanted-workload";
import type { WorkloadRequest } from "./workload-request";

export interface UnbornRequest extends Pick<WorkloadRequest, "identity" | "spec" | "secrets" | "secretMarks" | "secretKey"> {
  /** The program's name for the host. */
  readonly host: string;
  readonly openPorts?: readonly string[] | undefined;
}

/** Which bits of an image travel cannot be known: it may not be built yet, and the machine's architecture is nobody's yet. */
export function previewUnborn({ host, openPorts, ...request }: UnbornRequest): Plan {
  const wanted = wantedWorkload(request);
  const observed = { ...blank(host, request.identity), ...(openPorts && { openPorts }) };
  const created = createdServices(decideWorkload(wanted, observed));
  const images = created.map(({ name, spec }) => [name, absent(spec.image)] as const);
  const plan = planWorkload(wanted, observed, Object.fromEntries(images));
  return { ...plan, notes: [`nobody has met ${host} yet: planned for an empty machine`, ...plan.notes] };
}

function absent(image: ServiceImageSpec): ImageAvailability {
  if (image.kind === "reference") return { present: false, how: "pull" };
  if (image.pushed === undefined) return { present: false, how: "ship" };
  return { present: false, how: "pull", from: pullReferenceOf(image.pushed) };
}

function blank(host: string, identity: string): ObservedWorkload {
  const others = { volumes: new Set<string>(), networks: new Set<string>(), ports: [] };
  return { host, identity, containers: [], forwarders: [], volumes: [], deliveries: [], networks: [], others, record: undefined };
}
