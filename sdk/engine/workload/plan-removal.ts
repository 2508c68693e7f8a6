/** The plan that takes a workload off one host. Pure. */
import { DrayageError } from "../../spec/drayage-error";
import type { Operation, Plan } from "../plan/plan";
import { replicaName } from "./object-names";
import type { ObservedContainer, ObservedVolume, ObservedWorkload } from "./observed-workload";
import { operation } from "./operations";
import { planForwarders, planLeftovers } from "./plan-objects";
import { type WantedWorkload, waitsFor } from "./wanted-workload";

export interface RemovalOptions {
  /** What a killed create left of a workload that nobody wants any more: all data is kept, also what the program would give up. */
  readonly leftover?: boolean | undefined;
}

/** @throws DATA_PROTECTED when a protected volume would be removed */
export function planRemoval(wanted: WantedWorkload, observed: ObservedWorkload, { leftover }: RemovalOptions = {}): Plan {
  const cause = leftover ? "left by a killed run" : "the workload is destroyed";
  const fate = (volume: ObservedVolume): Fate => {
    const ordinary = fateOf(volume, wanted, observed);
    return leftover && ordinary !== "kept already" ? "keep" : ordinary;
  };
  const volumes = observed.volumes.map((volume) => ({ volume, fate: fate(volume) }));
  refuseProtected(
    wanted,
    observed,
    volumes.filter((one) => one.fate === "protected").map((one) => one.volume),
  );
  const containers = removeContainers(wanted, observed, cause);
  const after = containers.map((one) => one.id);
  const operations = [
    ...planForwarders(wanted, observed, cause),
    ...containers,
    ...planLeftovers({ ...wanted, services: [], networks: [] }, observed, after),
    ...volumes.flatMap(({ volume, fate }) => planVolume(volume, fate, { wanted, observed, cause, after })),
  ];
  return {
    schemaVersion: 1,
    kind: operations.length === 0 ? "none" : "delete",
    subject: wanted.name,
    operations,
    outages: [],
    notes: volumes
      .filter((one) => one.fate === "keep")
      .map(
        ({ volume }) =>
          `volume ${volume.name} stays on ${observed.host}; the next up re-attaches it, \`dray volumes rm\` removes it`,
      ),
  };
}

type Fate = "keep" | "kept already" | "remove" | "protected";

/**
 * Only what the program itself gives up goes: what a move or an older program left is kept. After moves several volumes
 * have one name in the program, so Docker's name decides which of them is meant.
 */
function fateOf(volume: ObservedVolume, wanted: WantedWorkload, { record }: ObservedWorkload): Fate {
  const known = Object.values(record?.volumes ?? {}).find((one) => one.dockerName === volume.dockerName);
  if (known !== undefined && known.state !== "current") return "kept already";
  const spec = wanted.volumes.find((one) => one.dockerName === volume.dockerName) ?? known;
  if (!spec || (spec.keep && !isEphemeral(spec))) return "keep";
  return spec.protect || known?.protect ? "protected" : "remove";
}

function isEphemeral(spec: object): boolean {
  return "ephemeral" in spec && spec.ephemeral === true;
}

function removeContainers(wanted: WantedWorkload, observed: ObservedWorkload, cause: string): Operation[] {
  const operations: Operation[] = [];
  for (const container of dependentsFirst(wanted, observed.containers)) {
    const subject = replicaName(container.service, container.replica);
    const suffix = container.stage === "current" ? "" : ` g${container.generation}`;
    const detail = { service: container.service, replica: container.replica, container: container.id };
    const common = { subject, cause, detail, destructive: true };
    const runs = container.state !== "exited" && container.state !== "created";
    const dependents = dependentsOf(container.service, wanted);
    const dependsOn = operations
      .filter((one) => one.kind === "stop container" && dependents.includes(String(one.detail.service)))
      .map((one) => one.id);
    const stop = operation(observed.host, { ...common, kind: "stop container", id: `stop ${subject}${suffix}`, dependsOn });
    if (runs) operations.push(stop);
    const remove = { ...common, kind: "remove container" as const, id: `remove ${subject}${suffix}` };
    operations.push(operation(observed.host, { ...remove, dependsOn: runs ? [stop.id] : [] }));
  }
  return operations;
}

/** Services come in dependency order: backwards, who depends on others stops before them. */
function dependentsFirst(wanted: WantedWorkload, containers: readonly ObservedContainer[]): ObservedContainer[] {
  const order = wanted.services.map((service) => service.name);
  return [...containers].sort((a, b) => order.indexOf(b.service) - order.indexOf(a.service));
}

function dependentsOf(name: string, wanted: WantedWorkload): string[] {
  return wanted.services.filter((service) => waitsFor(service.spec).includes(name)).map((service) => service.name);
}

interface VolumeSurroundings {
  readonly wanted: WantedWorkload;
  readonly observed: ObservedWorkload;
  readonly cause: string;
  readonly after: readonly string[];
}

function planVolume(volume: ObservedVolume, fate: Fate, { wanted, observed, cause, after }: VolumeSurroundings): Operation[] {
  if (fate === "kept already" || fate === "protected") return [];
  const kind = fate === "keep" ? "keep volume" : "remove volume";
  const serving = wanted.volumes.some((one) => one.dockerName === volume.dockerName);
  return [
    operation(observed.host, {
      kind,
      subject: volume.name,
      id: `${kind} ${serving ? volume.name : volume.dockerName}`,
      cause: fate === "keep" ? cause : "keep: false",
      destructive: fate === "remove",
      touchesData: true,
      detail: { name: volume.name, dockerName: volume.dockerName },
      dependsOn: after,
    }),
  ];
}

function refuseProtected(wanted: WantedWorkload, observed: ObservedWorkload, volumes: readonly ObservedVolume[]): void {
  const [first] = volumes;
  if (!first) return;
  throw new DrayageError("DATA_PROTECTED", `The volume ${first.name} of ${wanted.name} is protected and would be removed.`, {
    subject: `${wanted.name} on ${observed.host}`,
    hint: `Take out \`protect: true\` and run \`dray up\`, or keep the data with \`keep: true\`.`,
  });
}
