/** What is there of a workload, followed to where it was handed over. */
import type { HostHandle } from "../engine/host/host-handle";
import type { SecretReader } from "../engine/secret/open-secret-reader";
import { textOf } from "./common-inputs";
import type { Hosts, PeerHost, WorkloadDoor, WorkloadFound } from "./engine-doors";
import { reachedOrWarned } from "./host-resource";
import type { Plain, PlainRecord } from "./plain";
import { reachedQuietly } from "./reached-quietly";
import type { ReadRequest, ReadState } from "./resource-handler";
import { namesOf } from "./workload-forwards";
import { isImported } from "./workload-import";
import { readContent } from "./workload-inputs";
import { describeMissing, readReferences } from "./workload-secrets";
import { type Place, placeOf, readState, stateOutputs, type WorkloadState } from "./workload-state";

export interface ReadParts {
  readonly hosts: Hosts;
  readonly door: WorkloadDoor;
  readonly secrets: Pick<SecretReader, "read">;
}

export async function readWorkloadState(
  { hosts, door, secrets: reader }: ReadParts,
  request: ReadRequest,
): Promise<ReadState | undefined> {
  const { id, olds, oldInputs } = request;
  const state = readState(olds);
  const content = readContent(oldInputs);
  const asStored = { id, outputs: olds, inputs: oldInputs };
  const ref = state?.placements[state.placement.host];
  if (state === undefined || ref === undefined) return asStored;
  if (isImported(oldInputs)) return asStored;
  if ("problems" in content) {
    request.report.say("warning", `what is stored was written by another version of drayage; not compared with the host`);
    return asStored;
  }
  const base = textOf(oldInputs.programDir);
  const { identity, secretKey, secretVersions: before = {} } = state;
  const { secrets, secretMarks, missing } = await readReferences(reader, content, { base, secretKey, before });
  for (const one of missing) request.report.say("warning", describeMissing(one));
  const wish = { identity, secretKey, spec: content.spec, secrets, secretMarks };
  const look = async (at: typeof ref): Promise<Looked | undefined> => {
    const handle = await reachedOrWarned(request, () => hosts.open(at, base));
    return handle && { handle, found: await door.find(handle, wish) };
  };

  const here = await look(ref);
  if (here === undefined) return asStored;
  const { handover } = here.found;
  const more = async ({ handle, found }: Looked): Promise<Elsewhere> => ({
    left: (await answeringPeers(found.leftBehind, hosts, base)).map(({ peer }) => peer),
    ...(await forwarding({ handle, found })),
  });
  const forwarding = async ({ handle, found: { forwardedFrom = [] } }: Looked) => {
    const old = await answeringPeers(forwardedFrom, hosts, base);
    const seen = await Promise.all(old.map((one) => door.forwards(one.handle, handle, wish)));
    const those = (...kinds: string[]) => old.flatMap(({ peer }, index) => (kinds.includes(seen[index] ?? "") ? [peer] : []));
    const ended = those("no").map(({ machineId }) => machineId);
    const from = forwardedFrom.filter(({ machineId }) => !ended.includes(machineId));
    return { from: namesOf(from, hosts), amiss: those("amiss", "ends") };
  };
  if (handover === undefined) return readHere(asStored, state, here.found, await more(here));
  const next = hosts.find(handover);
  if (next === undefined) {
    request.report.say("warning", `was handed over to ${handover.host}, which this stack does not know (any more)`);
    return { ...asStored, outputs: stateOutputs({ ...state, openMove: place(handover) }) };
  }
  const there = await look(next);
  const moved = { ...state, placement: placeOf(next), placements: { ...state.placements, [next.name]: next } };
  if (there === undefined) return { ...asStored, outputs: stateOutputs(moved) };
  return readHere(asStored, moved, there.found, await more(there));
}

interface Looked {
  readonly handle: HostHandle;
  readonly found: WorkloadFound;
}

/** On other hosts that answer. */
interface Elsewhere {
  readonly left: readonly Place[];
  /** Names of hosts that forward to it, as far as they answer. */
  readonly from: readonly string[];
  /** Where it is not forwarded as it should be. */
  readonly amiss: readonly Place[];
}

/** What is on a host that does not answer, or that nobody knows any more, is no work for an up, and so no difference. */
async function answeringPeers(
  peers: readonly PeerHost[] = [],
  hosts: Hosts,
  base: string,
): Promise<{ readonly peer: Place; readonly handle: HostHandle }[]> {
  const asked = peers.map(async (peer) => {
    const ref = hosts.find(peer);
    const handle = ref && (await reachedQuietly(() => hosts.open(ref, base)));
    return handle === undefined ? [] : [{ peer: place(peer), handle }];
  });
  return (await Promise.all(asked)).flat();
}

function readHere(
  stored: ReadState,
  state: WorkloadState,
  found: WorkloadFound,
  { left, from, amiss }: Elsewhere,
): ReadState | undefined {
  if (found.state === "gone") return undefined;
  const { openMove: _o, leftBehind: _l, forwardsAmiss: _a, forwardedFrom: _f, ...settled } = state;
  const now: WorkloadState = {
    ...settled,
    ownerId: found.ownerId ?? state.ownerId,
    ...(found.openMove === undefined ? {} : { openMove: place(found.openMove) }),
    ...(left.length === 0 ? {} : { leftBehind: left }),
    ...(amiss.length === 0 ? {} : { forwardsAmiss: amiss }),
    ...(found.forwardedFrom && { forwardedFrom: from }),
  };
  return { ...stored, outputs: stateOutputs(now), inputs: drifted(stored.inputs, found) };
}

/**
 * What was found instead of what was written, by path, beside the stored inputs. Not in their place: a refresh keeps what Read
 * yields, and a later Delete or move must find the whole of what was deployed.
 */
function drifted({ drift: _, ...inputs }: PlainRecord, { drift }: WorkloadFound): PlainRecord {
  if (drift.length === 0) return inputs;
  return { ...inputs, drift: Object.fromEntries(drift.map(({ path, is }) => [path, (is as Plain | undefined) ?? null])) };
}

const place = ({ host, machineId, engineId }: Place): Place => ({ host, machineId, engineId });
