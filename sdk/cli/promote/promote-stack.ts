/** From what one stack runs to the same on another: look, refuse or ask, pin, deploy, and tell what came of it. */
import { type Pins, pinsFile, readPins, writePins } from "../../context/pins-file";
import { DrayageError } from "../../spec/drayage-error";
import type { Chosen, StackOptions } from "../common-options";
import { confirm } from "../confirm";
import { withFleet } from "../fleet/with-fleet";
import { hasChanges, reviewedPlans } from "../render/preview";
import { renderPreview } from "../render/render-preview";
import { applyStack } from "../session/apply-stack";
import { finishPendingCreates } from "../session/pending-creates";
import { type Looked, lookAtStack } from "../session/preview-stack";
import { type Session, withSession } from "../session/session";
import { loadResources } from "../state/load-state";
import type { Terminal } from "../terminal/terminal";
import { type Deployed, deployedOf, referencesOf, toldByState } from "./deployed";
import { type PromotedImage, promotedImages } from "./promoted";
import { type Promotion, pinsAfterFailure, pinsFor } from "./propose-pins";
import { type ReadReferences, readReferences } from "./read-references";
import { type Ends, refuseIncomplete, refuseUnsettled } from "./refuse-promotion";

export interface PromoteRequest {
  readonly from: Chosen;
  readonly to: Chosen;
  /** Names of images, and `workload/service`; empty: all. */
  readonly only: readonly string[];
  readonly options: StackOptions & { readonly yes?: boolean };
  /** ISO time. */
  readonly at: string;
}

export interface PromoteOutcome {
  readonly images: readonly PromotedImage[];
  readonly file: string;
}

/** @throws PROMOTE_REFUSED, IMAGE_NOT_FOUND before anything is changed; what an up throws, with the pins saying what runs */
export async function promoteStack(request: PromoteRequest, terminal: Terminal): Promise<PromoteOutcome> {
  const { to, only, options } = request;
  const ends = { from: request.from.stack, to: to.stack };
  const runs = deployedOf(toldByState(await loadResources(request.from, terminal)));
  refuseUnsettled(runs, ends);
  const promotion = await promotionOf(request, runs, terminal);
  const file = pinsFile(to.project.dir, to.stack);
  const before = readPins(file);
  const proposed = pinsFor(before, promotion);
  const images = await withSession({ ...options, stack: to.stack }, terminal, async (session) => {
    const looked = await look(session, terminal, proposed, options);
    refuseIncomplete(runs, deployedOf(looked.wanted), ends, only);
    await agree(looked, ends, request, terminal);
    return deployPinned(session, { request, looked, promotion, file, before, proposed }, terminal);
  });
  return { images, file };
}

async function promotionOf(request: PromoteRequest, runs: Deployed, terminal: Terminal): Promise<Promotion> {
  const { only, from, at } = request;
  const { found, missing } = await referencesIn(request.from.stack, request, runs, terminal);
  const chosen = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => only.length === 0 || only.includes(name)));
  const unknown = only.filter((name) => runs.images[name] === undefined && found[name] === undefined);
  const reasons = [
    ...unknown.map((name) => `${from.stack} runs no image ${name}`),
    ...missing.filter((name) => only.length === 0 || only.includes(name)).map((name) => `no host tells which image ${name} runs`),
  ];
  if (reasons.length > 0) {
    const known = [...Object.keys(runs.images), ...Object.keys(referencesOf(runs))].join(", ");
    throw new DrayageError("PROMOTE_REFUSED", `${reasons.join("\n")}\nNothing was changed.`, {
      subject: `${from.stack} to ${request.to.stack}`,
      hint: `It runs ${known}. dray up --stack ${from.stack} brings it in order.`,
    });
  }
  return { from: from.stack, at, images: chosen(runs.images), references: chosen(found) };
}

/** Hosts are only reached where references have to be asked for. */
async function referencesIn(
  stack: string,
  { options }: PromoteRequest,
  runs: Deployed,
  terminal: Terminal,
): Promise<ReadReferences> {
  if (Object.keys(referencesOf(runs)).length === 0) return { found: {}, missing: [] };
  return withFleet({ ...options, stack }, terminal, (fleet) => readReferences(fleet, runs));
}

function look(session: Session, terminal: Terminal, proposedPins: Pins, { json = false }: StackOptions): Promise<Looked> {
  return lookAtStack(session, terminal, { command: "promote", json, flags: [], proposedPins });
}

async function agree({ preview }: Looked, { from, to }: Ends, { options }: PromoteRequest, terminal: Terminal): Promise<void> {
  if (options.json) return;
  terminal.out(`${renderPreview(preview, terminal.paint)}\n\n`);
  if (!hasChanges(preview)) return;
  const { bold } = terminal.errorPaint;
  await confirm(terminal, `Promote what ${bold(from)} runs to ${bold(`${preview.project} ${to}`)}?`, {
    yes: options.yes,
    what: "dray promote",
  });
}

interface Agreed {
  readonly request: PromoteRequest;
  readonly looked: Looked;
  readonly promotion: Promotion;
  readonly file: string;
  readonly before: Pins;
  readonly proposed: Pins;
}

/**
 * The pins come first: killed at any instant after that, they say what is next, and the next up or promotion goes on. When the
 * deployment fails, and we live, they say what runs.
 */
async function deployPinned(session: Session, agreed: Agreed, terminal: Terminal): Promise<readonly PromotedImage[]> {
  const { request, looked, promotion, file, before, proposed } = agreed;
  const { to, options } = request;
  const ran = deployedOf(toldByState(await loadResources(to, terminal)));
  writePins(file, proposed);
  try {
    const reviewed = reviewedPlans(looked.preview);
    const { events } = await applyStack(session, terminal, {
      command: "promote",
      action: "up",
      json: options.json ?? false,
      flags: [],
      reviewed,
    });
    await finishPendingCreates(session, terminal);
    const runs = deployedOf(toldByState(await loadResources(to, terminal)));
    const { found } = await referencesIn(to.stack, request, promotedPart(runs, promotion), terminal);
    return promotedImages(promotion, { runs, references: found, events });
  } catch (error) {
    const runs = deployedOf(toldByState(await loadResources(to, terminal)));
    writePins(file, pinsAfterFailure({ before, written: proposed, ran, runs, stack: to.stack, at: request.at }));
    throw error;
  }
}

/** Of references only those that were promoted are looked at on the hosts. */
function promotedPart(runs: Deployed, { references }: Promotion): Deployed {
  return Object.keys(references).length === 0 ? { images: runs.images, workloads: {} } : runs;
}
