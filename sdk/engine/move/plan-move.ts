/**
 * The plan of a move: what the target needs while the source serves, then the cut, then the target's own start. Pure.
 * Each cut operation waits for the one before it: their order is the protocol that keeps one writer.
 */
import { unreached } from "../forward/find-way";
import { formatBytes } from "../plan/format-plan";
import type { Operation, Plan } from "../plan/plan";
import { copySeconds, forecastOutages, lastPassForecast, verifyForecast } from "./forecast-move";
import type { MovedVolume, MoveFacts } from "./move-facts";

export const moveKinds = {
  open: "open move",
  createFolder: "create folder",
  copy: "copy volume",
  copyFolder: "copy folder",
  sync: "sync volumes",
  stop: "stop source",
  prove: "prove exit",
  fence: "fence source",
  lastPass: "last pass",
  verify: "verify volumes",
  prepared: "record prepared",
  cede: "record cede",
  adopt: "record adopted",
  release: "release",
  clean: "clean source",
  createForwarder: "create forwarder",
  startForwarder: "start forwarder",
} as const;

/** Kinds of the target's own plan that must wait for ADOPTED: before it nothing may run there. */
const endingKind = "remove forwarder";
const startingKinds = ["start container", "gate container", "promote container", "run container", "update container"];

export function planMove(facts: MoveFacts): Plan {
  const open = operation(facts, { kind: moveKinds.open, subject: facts.workload, host: facts.from.host, dependsOn: [] });
  const starting = facts.targetPlan.operations.filter((each) => startingKinds.includes(each.kind));
  const ending = facts.targetPlan.operations.filter((each) => each.kind === endingKind);
  const folders = facts.volumes.flatMap((volume) => (volume.folder ? [folderOperation(facts, volume, open)] : []));
  const foldersMade = folders.map((each) => each.id);
  const preparing = [
    ...folders,
    ...facts.targetPlan.operations
      .filter((each) => !starting.includes(each) && !ending.includes(each))
      .map((each) => ({ ...each, dependsOn: [open.id, ...(mountsFolders(each) ? foldersMade : []), ...each.dependsOn] })),
  ];
  const copies = facts.volumes.map((volume) => copyOperation(facts, volume, preparing));
  const made = forwarderMade(facts, open);
  const ready = [open, ...preparing, ...copies, ...made].map((each) => each.id);
  const cut = cutOperations(facts, ready);
  const adopt = cut.at(-1) as Operation;
  const started = starting.map((each) => ({ ...each, dependsOn: [adopt.id, ...each.dependsOn] }));
  const forwarding = forwarderStarted(facts, [adopt, ...made]);
  const release = operation(facts, {
    kind: moveKinds.release,
    subject: facts.workload,
    host: facts.to.host,
    dependsOn: [adopt.id, ...started.map((each) => each.id)],
  });
  const clean = operation(facts, {
    kind: moveKinds.clean,
    subject: facts.workload,
    host: facts.from.host,
    dependsOn: [release.id],
    destructive: true,
  });
  return {
    schemaVersion: 1,
    kind: "move",
    subject: facts.workload,
    operations: [open, ...preparing, ...copies, ...made, ...withEnding(cut, ending), ...started, ...forwarding, release, clean],
    outages: forecastOutages(facts),
    notes: [...facts.targetPlan.notes, ...notesOf(facts)],
  };
}

/**
 * The forwarder of an earlier move carries clients to the source until just before that stops. Not at the same time: what it takes to go
 * would be a part of the outage.
 */
function withEnding(cut: readonly Operation[], ending: readonly Operation[]): Operation[] {
  const at = cut.findIndex(({ kind }) => kind === moveKinds.stop);
  const first = cut[at];
  if (first === undefined || ending.length === 0) return [...cut];
  const ended = ending.map((each) => ({ ...each, dependsOn: first.dependsOn }));
  return [...cut.slice(0, at), ...ended, { ...first, dependsOn: ended.map(({ id }) => id) }, ...cut.slice(at + 1)];
}

/** Before the cut, so that only its start is left for afterwards. */
function forwarderMade(facts: MoveFacts, open: Operation): Operation[] {
  const { forward, from, workload } = facts;
  if (forward === undefined) return [];
  const cause = `clients may dial ${from.host} for long`;
  return [operation(facts, { kind: moveKinds.createForwarder, subject: workload, host: from.host, dependsOn: [open.id], cause })];
}

/** As soon as the source has nothing to say any more. It holds connections until the target answers. Nothing waits for it. */
function forwarderStarted(facts: MoveFacts, after: readonly Operation[]): Operation[] {
  const { forward, from, to, workload } = facts;
  if (forward === undefined) return [];
  const cause = `${forward.ports.join(", ")} → ${to.host} (${forward.address})`;
  const dependsOn = after.map((each) => each.id);
  return [operation(facts, { kind: moveKinds.startForwarder, subject: workload, host: from.host, dependsOn, cause })];
}

interface Draft {
  readonly kind: string;
  readonly subject: string;
  readonly host: string;
  readonly dependsOn: readonly string[];
  readonly destructive?: boolean;
  readonly touchesData?: boolean;
  readonly cause?: string;
  readonly forecast?: Operation["forecast"];
  readonly detail?: Operation["detail"];
}

function operation(facts: MoveFacts, draft: Draft): Operation {
  const cause = draft.cause ?? `host changed: ${facts.from.host} → ${facts.to.host}`;
  const { forecast, ...rest } = { destructive: false, touchesData: false, detail: {}, ...draft, cause };
  return { id: `${draft.kind} ${draft.subject}`, ...rest, ...(forecast && { forecast }) };
}

/** A container with a folder that is not there cannot be created. */
function mountsFolders({ kind }: Operation): boolean {
  return kind === "create container";
}

function folderOperation(facts: MoveFacts, { name, folder }: MovedVolume, open: Operation): Operation {
  const aside = folder?.aside === undefined ? {} : { aside: folder.aside };
  return operation(facts, {
    kind: moveKinds.createFolder,
    subject: name,
    host: facts.to.host,
    touchesData: true,
    dependsOn: [open.id],
    ...(folder?.aside !== undefined && { cause: `the superseded one there becomes ${folder.aside}` }),
    detail: { path: name, ...aside },
  });
}

/** After the containers were created: Docker fills an empty volume from the image when a container with it is created. */
function copyOperation(facts: MoveFacts, volume: MovedVolume, preparing: readonly Operation[]): Operation {
  const made = preparing
    .filter((each) => ["create container", "create volume", moveKinds.createFolder].includes(each.kind))
    .map((each) => each.id);
  return operation(facts, {
    kind: volume.folder ? moveKinds.copyFolder : moveKinds.copy,
    subject: volume.name,
    host: facts.to.host,
    touchesData: true,
    dependsOn: [`${moveKinds.open} ${facts.workload}`, ...made],
    cause: `${volume.files.toLocaleString("en")} files while ${facts.from.host} serves`,
    forecast: { bytes: volume.bytes, seconds: copySeconds(volume.bytes) },
    detail: { volume: volume.name },
  });
}

/** Strictly one after the other. */
function cutOperations(facts: MoveFacts, ready: readonly string[]): Operation[] {
  const whole = { subject: facts.workload, dependsOn: [] };
  const source = facts.from.host;
  const target = facts.to.host;
  const drafts: Draft[] = [
    ...(facts.volumes.length === 0
      ? []
      : [
          {
            ...whole,
            kind: moveKinds.sync,
            host: target,
            touchesData: true,
            cause: `what changed meanwhile, while ${source} serves`,
          },
        ]),
    ...facts.services.map((service) => ({
      ...whole,
      kind: moveKinds.stop,
      subject: service.name,
      host: source,
      destructive: true,
      detail: { containers: service.containers, stopGraceMs: service.stopGraceMs },
    })),
    { ...whole, kind: moveKinds.prove, host: source, cause: "no process may hold the data" },
    { ...whole, kind: moveKinds.fence, host: source, destructive: true, cause: "a stopped container could be started again" },
    ...(facts.volumes.length === 0
      ? []
      : [
          {
            ...whole,
            kind: moveKinds.lastPass,
            host: target,
            touchesData: true,
            cause: "what changed since the copy",
            forecast: { seconds: lastPassForecast(facts) },
          },
          {
            ...whole,
            kind: moveKinds.verify,
            host: target,
            touchesData: true,
            cause: "both sides, every byte and attribute",
            forecast: { seconds: verifyForecast(facts) },
          },
        ]),
    { ...whole, kind: moveKinds.prepared, host: target, cause: "everything arrived" },
    { ...whole, kind: moveKinds.cede, host: source, destructive: true, cause: "the pivot: from here only forward" },
    { ...whole, kind: moveKinds.adopt, host: target, cause: `${source} ceded` },
  ];
  let before = ready;
  return drafts.map((draft) => {
    const next = operation(facts, { ...draft, dependsOn: before });
    before = [next.id];
    return next;
  });
}

function notesOf(facts: MoveFacts): string[] {
  const { from, to } = facts;
  const free = facts.targetFreeBytes === undefined ? "" : `; ${formatBytes(facts.targetFreeBytes)} free on ${to.host}`;
  return [
    ...facts.volumes.map((volume) => {
      const room = volume.folder?.ownRoom;
      const space = room === undefined ? free : `; ${formatBytes(room.freeBytes)} free there on ${to.host}`;
      const what = volume.folder ? "folder" : "volume";
      return `${what} ${volume.name}: ${formatBytes(volume.bytes)}, ${volume.files.toLocaleString("en")} files${space}`;
    }),
    ...facts.volumes.map(({ source, folder }) => {
      const how = folder ? "when it is not wanted: by hand" : `with: dray volumes rm ${source}`;
      return `kept on ${from.host}: ${source}, as superseded (remove it ${how})`;
    }),
    ...facts.supersededOnTarget.map((name) => `still kept on ${to.host} from an earlier move: ${name}`),
    ...forwardNotes(facts),
    `to go back: change the line again, or dray move ${facts.workload} --back`,
  ];
}

function forwardNotes({ workload, from, to, forward, unforwarded = [] }: MoveFacts): string[] {
  const left =
    unforwarded.length === 0 ? [] : [`${from.host} does not forward ${unforwarded.join(", ")}: clients have to dial ${to.host}`];
  if (forward === undefined) return left;
  const { address, ports, trouble } = forward;
  return [
    `afterwards ${from.host} forwards ${ports.join(", ")} to ${to.host}, until \`dray forwards rm ${workload}\``,
    ...(trouble === undefined ? [] : [unreached(from.host, to.host, address, trouble)]),
    ...left,
  ];
}
