/** What stands in the way of a plan, found before anything is changed. */
import { DrayageError } from "../../spec/drayage-error";
import { portsOverlap } from "./conflicts";
import type { ObservedWorkload } from "./observed-workload";
import type { WantedService, WantedWorkload } from "./wanted-workload";

/** @throws NAME_TAKEN, NOT_FOUND, PORT_TAKEN, WORLD_MOVED */
export function refuseImpossible(wanted: WantedWorkload, observed: ObservedWorkload, created: readonly WantedService[]): void {
  refuseElsewhere(wanted, observed);
  for (const volume of wanted.volumes) {
    if (volume.external !== undefined) requireExternal(volume.external, volume.name, observed, wanted);
    else refuseStrangers("volume", volume.dockerName, observed.others.volumes, observed, wanted);
  }
  for (const network of wanted.networks)
    refuseStrangers("network", network.dockerName, observed.others.networks, observed, wanted);
  for (const service of created) refuseTakenPorts(service, observed, wanted);
}

/** A move owns the workload here, or has taken it away. */
function refuseElsewhere(wanted: WantedWorkload, observed: ObservedWorkload): void {
  const { record } = observed;
  if (record?.state === "ceded") {
    throw new DrayageError(
      "WORLD_MOVED",
      `${wanted.name} was handed over to ${record.handover?.host ?? "another machine"}; its data here is superseded.`,
      {
        subject: subjectOf(wanted, observed),
        hint: "Say so in the program where the state was lost; else run `dray refresh` and look at the preview again.",
      },
    );
  }
  if (record?.state === "prepared" || record?.state === "preparing") {
    throw new DrayageError("WORLD_MOVED", `A move of ${wanted.name} to ${observed.host} is open: nothing may start here yet.`, {
      subject: subjectOf(wanted, observed),
      hint: "Run `dray up` again to finish or undo the move.",
    });
  }
}

function requireExternal(external: string, name: string, observed: ObservedWorkload, wanted: WantedWorkload): void {
  const exists = observed.others.volumes.has(external) || observed.volumes.some((volume) => volume.dockerName === external);
  if (exists) return;
  throw new DrayageError("NOT_FOUND", `The external volume "${external}" does not exist on ${observed.host}.`, {
    subject: `${subjectOf(wanted, observed)}, volumes.${name}`,
    hint: `Make it with \`docker volume create ${external}\` there, or leave out \`external\` to let drayage make one.`,
  });
}

function refuseStrangers(
  kind: "volume" | "network",
  dockerName: string,
  strangers: ReadonlySet<string>,
  observed: ObservedWorkload,
  wanted: WantedWorkload,
): void {
  if (!strangers.has(dockerName)) return;
  throw new DrayageError(
    "NAME_TAKEN",
    `A ${kind} called "${dockerName}" exists on ${observed.host} and does not belong to ${wanted.name}.`,
    {
      subject: subjectOf(wanted, observed),
      hint: `Look at it with \`docker ${kind} inspect ${dockerName}\`, then rename or remove it there.`,
    },
  );
}

function refuseTakenPorts(service: WantedService, observed: ObservedWorkload, wanted: WantedWorkload): void {
  for (const port of service.spec.ports) {
    const holder = observed.others.ports.find((other) => portsOverlap(port, other));
    if (!holder) continue;
    const { forwards } = holder;
    const who =
      forwards === undefined
        ? `published by the container "${holder.container}"`
        : `forwarded: ${forwards} has left this host, and its clients may still dial it`;
    const end =
      forwards === undefined ? "Stop that container" : `End it with \`dray forwards rm ${forwards} --host ${observed.host}\``;
    throw new DrayageError("PORT_TAKEN", `Port ${port.published}/${port.protocol} of ${observed.host} is ${who}.`, {
      subject: `${wanted.name}/${service.name} on ${observed.host}`,
      hint: `${end}, or publish another port in services.${service.name}.ports.`,
    });
  }
}

function subjectOf(wanted: WantedWorkload, observed: ObservedWorkload): string {
  return `${wanted.name} on ${observed.host}`;
}
