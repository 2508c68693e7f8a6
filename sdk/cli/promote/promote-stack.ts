/** From what one stack runs to the same on another: look, refuse or ask, pin, deploy, and tell what came of it. */
import { type Pins, pinsFile, readPins, writePins } from "../../context/pins-file";
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
import { type Ends, refuse, refuseIncomplete, refuseUnsettled } from "./refuse-promotion";

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
  const runs = await runsOn(request.from, terminal);
  refuseUnsettled(runs, ends);
  const promotion = await promotionOf(request, runs, terminal);
  const file = pinsFile(to.project.dir, to.stack);
  const before = readPins(file);
  const proposed = pinsFor(before, promotion);
  const images = await withSession({ ...options, stack: to.stack }, terminal, async (session) => {
    const looked = await look(session, terminal, proposed, options);
    refuseIncomplete(runs, deployedOf(looked.wanted), ends, only);
    await agree(looked, ends, request, terminal);
    return deployPinned(session, { request, runs, looked, promotion, file, before, proposed }, terminal);
  });
  return { images, file };
}

async function promotionOf(request: PromoteRequest, runs: Deployed, terminal: Terminal): Promise<Promotion> {
  const { only, from, to, at } = request;
  const { found, missing } = await referencesIn(request, runs, terminal);
  const isMeant = (name: string) => only.length === 0 || only.includes(name);
  const meant = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isMeant(name)));
  const known = [...Object.keys(runs.images), ...Object.keys(referencesOf(runs))];
  const reasons = [
    ...only.filter((name) => !known.includes(name)).map((name) => `${from.stack} runs no image ${name}`),
    ...missing.filter(isMeant).map((name) => `no host of ${from.stack} tells which image ${name} runs`),
  ];
  const hint = `It runs ${known.join(", ")}. dray up --stack ${from.stack} brings it in order.`;
  refuse(reasons, { from: from.stack, to: to.stack }, hint);
  return { from: from.stack, at, images: meant(runs.images), references: meant(found) };
}

/** Hosts are only reached where references have to be asked for. */
async function referencesIn({ from, options }: PromoteRequest, runs: Deployed, terminal: Terminal): Promise<ReadReferences> {
  if (Object.keys(referencesOf(runs)).length === 0) return { found: {}, missing: [] };
  return withFleet({ ...options, stack: from.stack }, terminal, (fleet) => readReferences(fleet, runs));
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
  /** What the stack it comes from runs. */
  readonly runs: Deployed;
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
  const { request, runs, looked, promotion, file, before, proposed } = agreed;
  const { to, options } = request;
  const ran = await runsOn(to, terminal);
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
    return promotedImages(promotion, { from: runs, to: await runsOn(to, terminal), events });
  } catch (error) {
    const again = `When the cause is mended: dray promote ${request.from.stack} ${to.stack}\n\n`;
    try {
      const now = await runsOn(to, terminal);
      writePins(file, pinsAfterFailure({ before, written: proposed, ran, runs: now, stack: to.stack, at: request.at }));
      terminal.err(`The pins of ${to.stack} say what it runs now. ${again}`);
    } catch {
      // Why the deployment failed is what a person has to read; the pins stay as they were written.
      terminal.err(`What ${to.stack} runs now could not be read: its pins say what is next. ${again}`);
    }
    throw error;
  }
}

async function runsOn(chosen: Chosen, terminal: Terminal): Promise<Deployed> {
  return deployedOf(toldByState(await loadResources(chosen, terminal)));
}
