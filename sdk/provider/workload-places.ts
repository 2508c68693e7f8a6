/** Between which hosts an update happens: where it shall live, where it lives, and who else has a part in an interrupted move. */
import type { HostHandle } from "../engine/host/host-handle";
import { DrayageError } from "../spec/drayage-error";
import type { HostRefSpec } from "../spec/host";
import { textOf } from "./common-inputs";
import type { Hosts, PeerHost, WorkloadDoor, WorkloadWish } from "./engine-doors";
import { isLost, refuseUnlessRestored } from "./lost-machine";
import { reachedQuietly } from "./reached-quietly";
import type { CreateRequest, UpdateRequest } from "./resource-handler";
import { contentOf } from "./workload-content";
import { importedElsewhere, isImported } from "./workload-import";
import { isSamePlace, type Place, placeOf, type WorkloadState } from "./workload-state";

export interface PlacesParts {
  readonly hosts: Hosts;
  readonly door: Pick<WorkloadDoor, "took" | "servesOn" | "forwardedFrom" | "forwards">;
}

export interface Places
  extends Pick<WorkloadWish, "target" | "source" | "interrupted" | "lost" | "stays" | "left" | "old" | "former"> {
  /** Of the target. */
  readonly ref: HostRefSpec;
}

type Request = CreateRequest | UpdateRequest;

/** @throws what keeps a host that is needed from answering, saying what serves */
export async function findPlaces(
  parts: PlacesParts,
  request: Request,
  ref: HostRefSpec,
  state: WorkloadState | undefined,
): Promise<Places> {
  const base = textOf(request.news.programDir);
  const open = (at: HostRefSpec) => parts.hosts.open(at, base);
  const wanted = await answerOf(() => open(ref));
  if ("failure" in wanted) return stayingPlaces(open, request, { ref, state, failure: wanted.failure });
  const target = wanted.host;
  const source = await sourceOfMove({ ...parts, open }, request, { ref, state, target });
  const other = await otherEnd(parts, open, request, state, [target, source.host]);
  const left = await Promise.all(
    (state?.leftBehind ?? []).map(async (peer) => {
      const known = parts.hosts.find(peer);
      return known && reachedQuietly(() => open(known));
    }),
  );
  const anew = beginsAnew(state, source, placeOf(refNow(ref, target)));
  const former = anew ? (state?.formerHosts ?? []).filter(elsewhere(target)) : [];
  const unknown = state === undefined ? await forwardingToNobody(parts, request, target) : [];
  const noted = await oldHosts(parts, open, { identity: textOf(request.news.identity), home: source.host ?? target, former });
  const old = [...new Set([...noted, ...unknown])];
  return {
    ref,
    target,
    ...(source.host && { source: source.host }),
    ...(source.lost && { lost: source.lost }),
    ...other,
    // What an earlier move left on the host that it goes to is cleared by this move itself.
    left: left.filter((host): host is HostHandle => host !== undefined && !isOneMachine(host, target)),
    ...(old.length > 0 && { old }),
    ...(former.length + unknown.length > 0 && { former: [...former.map(placeOf), ...unknown.map(peerOfHandle)] }),
  };
}

/** Hosts of this run that forward for a workload of which the state knows nothing, as where its machine was rebuilt. */
async function forwardingToNobody({ hosts, door }: PlacesParts, { news }: Request, target: HostHandle): Promise<HostHandle[]> {
  const wish = { identity: textOf(news.identity), spec: contentOf(news).spec };
  const others = (await hosts.opened()).filter((host) => !isOneMachine(host, target));
  const seen = await Promise.all(others.map((host) => door.forwards(host, target, wish)));
  return others.filter((_, index) => seen[index] !== "no");
}

/** It lived elsewhere, and nothing can be fetched from there. */
function beginsAnew(state: WorkloadState | undefined, source: Source, there: Place): boolean {
  if (state === undefined || source.host !== undefined || source.lost !== undefined) return false;
  return isSamePlace(state.placement, there) === false;
}

const elsewhere = (target: HostHandle) => (ref: HostRefSpec) => isSamePlace(placeOf(ref), placeOf(refNow(ref, target))) === false;

interface Home {
  readonly identity: string;
  readonly home: HostHandle;
  /** That forwarded to another home, which is lost. */
  readonly former: readonly HostRefSpec[];
}

/** Those that may forward to where it lives, by that host's record. One that does not answer goes on as it does. */
async function oldHosts({ hosts, door }: PlacesParts, open: Open, { identity, home, former }: Home): Promise<HostHandle[]> {
  const noted = (await door.forwardedFrom(home, identity)).map((peer) => hosts.find(peer));
  const before = former.map((ref) => hosts.find(placeOf(ref)) ?? ref);
  const refs = [...noted, ...before].filter((ref) => ref !== undefined);
  const once = [...new Map(refs.map((ref) => [ref.name, ref])).values()];
  const reached = once.map((ref) => reachedQuietly(() => open(ref)));
  return (await Promise.all(reached)).filter((host) => host !== undefined);
}

type Open = (ref: HostRefSpec) => Promise<HostHandle>;
type Answer = { readonly host: HostHandle } | { readonly failure: DrayageError };

/** @throws what is no matter of reaching a host */
async function answerOf(open: () => Promise<HostHandle>): Promise<Answer> {
  let failure: unknown;
  const host = await reachedQuietly(async () => {
    try {
      return await open();
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  return host === undefined ? { failure: failure as DrayageError } : { host };
}

/**
 * The wanted host does not answer. Before a source has ceded nothing is handed over: it serves, and where an interrupted move had
 * stopped it, it serves again before the run ends with the failure.
 */
async function stayingPlaces(
  open: Open,
  { name }: Request,
  { ref, state, failure }: { ref: HostRefSpec; state: WorkloadState | undefined; failure: DrayageError },
): Promise<Places> {
  const lives = livesAt(state);
  if (state === undefined || lives === undefined || isSamePlace(state.placement, placeOf(ref)) !== false) throw failure;
  const told = (text: string, hint: string) =>
    new DrayageError(failure.code, `${failure.message.replace(/\.$/, "")}. ${text}`, {
      subject: failure.subject ?? ref.name,
      hint: `${hint}${failure.hint === undefined ? "" : ` ${failure.hint}`}`,
      cause: failure,
    });
  const at = lives.name;
  if (state.openMove === undefined) {
    throw told(`${name} lives on ${at}, and nothing was changed there.`, `Let the program say ${at} until ${ref.name} answers.`);
  }
  const target = await open(lives);
  const stays = told(
    `${name} serves on ${at}, and what the interrupted move left on ${state.openMove.host} is removed when that host answers.`,
    `Run the same command again when ${ref.name} answers, or let the program say ${at}.`,
  );
  return { ref: lives, target, lost: state.openMove, stays, left: [] };
}

interface Source {
  readonly host?: HostHandle;
  readonly lost?: PeerHost;
}

interface Wanted {
  readonly ref: HostRefSpec;
  readonly state: WorkloadState | undefined;
  readonly target: HostHandle;
}

/** The host it has to be carried away from, if that is another machine. `lost`: it does not answer, and has handed over before. */
async function sourceOfMove(
  { door, open }: PlacesParts & { open: Open },
  request: Request,
  { ref, state, target }: Wanted,
): Promise<Source> {
  const { name, news, report } = request;
  const lives = livesAt(state);
  if (state === undefined || lives === undefined) return {};
  const there = placeOf(refNow(ref, target));
  if (isSamePlace(state.placement, there) !== false) return {};
  if (isLost(news, state.placement)) {
    await refuseUnlessRestored({ open, door }, { name, identity: textOf(news.identity), lives, wanted: ref, target });
    report.say("warning", `${state.placement.host} was declared lost: nothing is fetched from there`);
    return {};
  }
  if ("oldInputs" in request && isImported(request.oldInputs)) throw importedElsewhere(name, state.placement.host);
  const answer = await answerOf(() => open(lives));
  if ("failure" in answer) {
    if (await door.took(target, textOf(news.identity), state.placement)) return { lost: state.placement };
    throw silentSource(name, { lives, wanted: ref }, answer.failure);
  }
  const now = placeOf(refNow(lives, answer.host));
  if (isSamePlace(state.placement, now) !== false) return { host: answer.host };
  // The Host has refused this unless the program says `rebuilt`: what was there is gone with the machine.
  const rebuilt = isSamePlace(now, there) !== false;
  const text = `${state.placement.host} is another machine now (${now.machineId}, was ${state.placement.machineId})`;
  if (!rebuilt) throw new DrayageError("HOST_REPLACED", text, { subject: name });
  report.say("warning", `${text}; it is deployed anew, without its data`);
  return {};
}

/** The other host of an interrupted move, or its name where it does not answer: then one record has to be enough. */
async function otherEnd(
  { hosts }: PlacesParts,
  open: Open,
  { news }: Request,
  state: WorkloadState | undefined,
  near: readonly (HostHandle | undefined)[],
): Promise<Pick<Places, "interrupted" | "lost">> {
  const peer: Place | undefined = state?.openMove;
  if (peer === undefined) return {};
  const at = near.find((one) => one?.measured.machineId === peer.machineId);
  if (at !== undefined) return { interrupted: at };
  const ref = isLost(news, peer) ? undefined : hosts.find(peer);
  const host = ref && (await reachedQuietly(() => open(ref)));
  return host === undefined ? { lost: peer } : { interrupted: host };
}

function livesAt(state: WorkloadState | undefined): HostRefSpec | undefined {
  return state?.placements[state.placement.host];
}

interface Ends {
  readonly lives: HostRefSpec;
  readonly wanted: HostRefSpec;
}

function silentSource(name: string, { lives, wanted }: Ends, failure: DrayageError): DrayageError {
  const next = failure.hint ?? `Bring ${lives.name} back, then run the same command again.`;
  return new DrayageError(failure.code, `${failure.message.replace(/\.$/, "")}. ${name} and its data are on ${lives.name}.`, {
    subject: failure.subject ?? lives.name,
    hint: `${next} If it is lost for good: dray restore ${name} --to ${wanted.name}`,
    cause: failure,
  });
}

const peerOfHandle = ({ name, measured }: HostHandle): Place => ({
  ...{ host: name, machineId: measured.machineId ?? "", engineId: measured.engineId },
});

const isOneMachine = (one: HostHandle, other: HostHandle): boolean => one.measured.machineId === other.measured.machineId;

/** The reference with what was measured now. */
export function refNow(ref: HostRefSpec, { measured }: HostHandle): HostRefSpec {
  return { ...ref, machineId: measured.machineId ?? ref.machineId, engineId: measured.engineId, arch: measured.arch };
}
