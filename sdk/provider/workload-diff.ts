/** Whether an up would do something to a workload. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { HostRefSpec } from "../spec/host";
import { hostTraits, publishedAddress } from "../spec/host-traits";
import { recordOf } from "./common-inputs";
import { diffPaths } from "./diff-paths";
import { isRecord, type PlainRecord } from "./plain";
import type { ChangeKind, Difference } from "./resource-handler";
import { comparedInputs, wantedHost } from "./workload-inputs";
import { isSamePlace, placeOf, readState, type WorkloadState } from "./workload-state";

export interface DiffFacts {
  readonly id: string;
  readonly olds: PlainRecord;
  readonly oldInputs: PlainRecord;
  readonly news: PlainRecord;
}

export function diffWorkload({ id, olds, oldInputs, news }: DiffFacts): Difference {
  const state = readState(olds);
  const detailedDiff: Record<string, ChangeKind> = {
    ...diffPaths(comparedInputs(oldInputs), comparedInputs(news)),
    ...diffDrift(oldInputs),
    ...(state === undefined ? { identity: "update" } : { ...diffPlace(state, news), ...diffStanding(state, id) }),
  };
  return { changed: Object.keys(detailedDiff).length > 0, detailedDiff };
}

/** What Read found to be otherwise than it was deployed. */
function diffDrift({ drift }: PlainRecord): Record<string, ChangeKind> {
  return Object.fromEntries(Object.keys(recordOf(drift)).map((path) => [path, "update" as const]));
}

/**
 * Where it is wanted against where it lives, and not against what the program said last: after a crash between the hand-over and
 * the state, or with a line that was changed back, that is the truth.
 */
function diffPlace(state: WorkloadState, news: PlainRecord): Record<string, ChangeKind> {
  if (!isRecord(news.host)) return {};
  const { ref } = wantedHost(news, state);
  const { placement, placements, forwardedFrom = [] } = state;
  const same = isSamePlace(placement, placeOf(ref));
  if (same === undefined) return { "host.engineId": "update" };
  if (!same) return ref.name === placement.host ? { "host.machineId": "update" } : { "host.name": "update" };
  if (ref.name !== placement.host) return { "host.name": "update" };
  const known = placements[placement.host];
  if (forwardedFrom.length > 0 && !isDeepStrictEqual(ways(known), ways(ref))) return { "host.traits": "update" };
  return diffPaths({ ...known?.connection } as PlainRecord, { ...ref.connection } as PlainRecord, ["host", "connection"]);
}

/** What hosts that forward to it choose from, beside the connection's address. */
function ways(ref: HostRefSpec | undefined): readonly unknown[] {
  const traits = hostTraits(ref?.traits);
  return [traits.privateAddress, publishedAddress(traits)];
}

function diffStanding({ openMove, leftBehind, forwardsAmiss, ownerId }: WorkloadState, id: string): Record<string, ChangeKind> {
  return {
    ...([openMove, leftBehind, forwardsAmiss].some((it) => it !== undefined) && { placement: "update" as const }),
    ...(ownerId === "" || ownerId === id ? {} : { ownerId: "update" }),
  };
}
