/** A gate that fails after CEDE: the target hands the workload back by itself, with whatever was written there meanwhile. */
import { DrayageError, type ErrorCode, exitCodes } from "../../spec/drayage-error";
import { cleanLeft } from "./clean-left";
import type { MoveRequest } from "./move-request";
import { releaseMove } from "./release-move";

/** It may serve on the target, or somebody else decides: then there is nothing to hand back. */
const undecided: readonly ErrorCode[] = [
  "LEASE_LOST",
  "LOCKED",
  "OWNED_ELSEWHERE",
  "RECORD_UNREADABLE",
  "WORLD_MOVED",
  "CANCELLED",
];

/**
 * Yields the error to throw: what failed, where the workload serves now, what to do.
 * @param move carries it back; absent when this was the way back already.
 */
export async function cedeBack(
  request: MoveRequest,
  error: unknown,
  move: ((back: MoveRequest) => Promise<unknown>) | undefined,
): Promise<DrayageError> {
  const { from, to, spec } = request;
  const message = messageOf(error);
  const told = (code: DrayageError["code"], text: string, hint: string) =>
    new DrayageError(code, text, { subject: `${spec.name}, ${from.name} → ${to.name}`, hint, cause: error });
  if (!(error instanceof DrayageError && failedThere(error)) || move === undefined) {
    const text = `${spec.name} belongs to ${to.name} since it was handed over, and does not serve there yet: ${message}`;
    return told("PARTIAL", text, "Run the same command again: it goes on from here.");
  }
  try {
    await goBack(request, move);
  } catch (trouble) {
    const text = `${message}. The way back to ${from.name} failed too: ${messageOf(trouble)}`;
    return told("PARTIAL", text, "Run the same command again: it goes on from what the hosts' records say.");
  }
  const text = `${message}. It was handed back: ${spec.name} serves on ${from.name} with all that was written.`;
  return told(error.code, text, error.hint ?? `Mend what keeps it from serving on ${to.name}, then run \`dray up\` again.`);
}

/** An ordinary move in the other direction; nothing serves meanwhile, so its live copy finds a quiet source. */
async function goBack(request: MoveRequest, move: (back: MoveRequest) => Promise<unknown>): Promise<void> {
  const { reviewed: _, ...rest } = request;
  const context = { ...request.context, signal: new AbortController().signal };
  await releaseMove({ ...rest, context });
  await cleanLeft(rest, request.to, request.from);
  await move({ ...rest, from: request.to, to: request.from, context });
}

/** A target that cannot be reached may serve: whether it does is for the next run to find out. */
function failedThere({ code }: DrayageError): boolean {
  return !undecided.includes(code) && exitCodes[code] !== exitCodes.HOST_UNREACHABLE;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
