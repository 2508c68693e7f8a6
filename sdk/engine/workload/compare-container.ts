/** Is this container what the program wants? One pure function, a small verdict. */
import { nanoCpus } from "./container-body";
import { diffFields, type FieldChange } from "./diff-fields";
import type { ObservedContainer } from "./observed-workload";
import type { WantedContainer } from "./wanted-container";

export type Verdict =
  | { readonly kind: "same" }
  /** Can be put right without another container. */
  | { readonly kind: "repair"; readonly changes: readonly FieldChange[]; readonly repairs: readonly Repair[] }
  | { readonly kind: "recreate"; readonly changes: readonly FieldChange[] };

/** limits, restart: `docker update`. network: reconnect under its names. start: start it again. */
export type Repair = "restart" | "limits" | "network" | "start";

/** Docker can change these on a container that lives, so the live value counts and not what it was made with. */
const liveFields = ["restart", "memoryBytes", "cpus"] as const;

export function compareContainer(wanted: WantedContainer, observed: ObservedContainer): Verdict {
  if (observed.made === undefined) return { kind: "recreate", changes: [{ path: "container", was: "unreadable", is: "known" }] };
  const recreate = [...madeChanges(wanted, observed.made), ...limitsOnlyARecreateRemoves(wanted, observed)];
  if (recreate.length > 0) return { kind: "recreate", changes: recreate };
  const found = [
    ...limitChanges(wanted, observed).map((change) => ({ repair: "limits" as const, change })),
    ...networkChanges(wanted, observed).map((change) => ({ repair: "network" as const, change })),
    ...stateChanges(wanted, observed).map((change) => ({ repair: "start" as const, change })),
    ...restartChanges(wanted, observed).map((change) => ({ repair: "restart" as const, change })),
  ];
  if (found.length === 0) return { kind: "same" };
  return { kind: "repair", changes: found.map((one) => one.change), repairs: [...new Set(found.map((one) => one.repair))] };
}

/** `environment.A, image changed`; `not running`. */
export function causeOf(changes: readonly FieldChange[]): string {
  const paths = changes.map((change) => change.path);
  if (paths.includes("container")) return "made by another version of drayage";
  if (paths.includes("running")) return "not running";
  // The set of secrets follows from image and user: named only when it is the reason itself.
  const others = paths.filter((path) => path !== "secretsGeneration" && path !== "configsGeneration");
  const named = others.length > 0 ? others : paths.map((path) => path.replace("Generation", ""));
  return `${[...new Set(named.map(shortPath))].join(", ")} changed`;
}

function shortPath(path: string): string {
  return path.startsWith("image.") ? "image" : path;
}

function madeChanges(wanted: WantedContainer, made: unknown): FieldChange[] {
  return diffFields(fixedFields(withoutName(made)), fixedFields(withoutName(wanted)))
    .filter((change) => !identityNotKnownYet(change))
    .filter((change, _, all) => !contentDecides(change, all));
}

/** A preview before the build knows the content hash only, and equal content is not built again. */
function identityNotKnownYet(change: FieldChange): boolean {
  return change.path === "image.identity" && (change.is === undefined || change.was === undefined);
}

function contentDecides(change: FieldChange, all: readonly FieldChange[]): boolean {
  return change.path === "image.identity" && all.some((other) => other.path === "image.contentHash");
}

function fixedFields(container: unknown): unknown {
  if (typeof container !== "object" || container === null) return container;
  return Object.fromEntries(Object.entries(container).filter(([key]) => !(liveFields as readonly string[]).includes(key)));
}

/** The program's name for an image is no property of a container. */
function withoutName(container: unknown): unknown {
  const image = (container as { image?: object } | null)?.image;
  if (typeof container !== "object" || typeof image !== "object" || image === null) return container;
  const { name: _, ...rest } = image as { name?: string };
  return { ...container, image: rest };
}

/** `docker update` knows no way back to "no limit". */
function limitsOnlyARecreateRemoves(wanted: WantedContainer, observed: ObservedContainer): FieldChange[] {
  return [
    ...(wanted.memoryBytes === undefined && observed.memoryBytes > 0
      ? [{ path: "memoryBytes", was: observed.memoryBytes, is: undefined }]
      : []),
    ...(wanted.cpus === undefined && observed.nanoCpus > 0
      ? [{ path: "cpus", was: observed.nanoCpus / 1e9, is: undefined }]
      : []),
  ];
}

function limitChanges(wanted: WantedContainer, observed: ObservedContainer): FieldChange[] {
  const { memoryBytes, cpus } = wanted;
  return [
    ...(memoryBytes !== undefined && memoryBytes !== observed.memoryBytes
      ? [{ path: "memoryBytes", was: observed.memoryBytes, is: memoryBytes }]
      : []),
    ...(cpus !== undefined && nanoCpus(cpus) !== observed.nanoCpus
      ? [{ path: "cpus", was: observed.nanoCpus / 1e9, is: cpus }]
      : []),
  ];
}

function restartChanges(wanted: WantedContainer, { restart }: ObservedContainer): FieldChange[] {
  const same =
    restart.name === wanted.restart.name &&
    (restart.name !== "on-failure" || restart.maximumRetries === wanted.restart.maximumRetries);
  return same ? [] : [{ path: "restart", was: restart, is: wanted.restart }];
}

/** Networks it was joined to by somebody else stay: they are not ours to take away. */
function networkChanges(wanted: WantedContainer, observed: ObservedContainer): FieldChange[] {
  return wanted.networks.flatMap((join) => {
    const names = observed.networks[join.dockerName];
    const missing = [wanted.service, ...join.aliases].filter((alias) => !names?.includes(alias));
    return missing.length === 0 ? [] : [{ path: `networks.${join.network}`, was: names, is: [wanted.service, ...join.aliases] }];
  });
}

function stateChanges(wanted: WantedContainer, observed: ObservedContainer): FieldChange[] {
  const done = wanted.run === "once per release" && observed.state === "exited" && observed.exitCode === 0;
  const runs = observed.state === "running" || observed.state === "restarting";
  return done || runs ? [] : [{ path: "running", was: observed.state, is: "running" }];
}
