/** Which pins a promotion writes, and which it leaves when it fails. Pure. */
import type { ImagePin, Pins, Promoted, ReferencePin } from "../../context/pins-file";
import { type Deployed, type DeployedImage, servicesOf } from "./deployed";

/** What a stack runs and another one shall run. */
export interface Promotion extends Promoted {
  /** By the image's name in the program. */
  readonly images: Readonly<Record<string, DeployedImage>>;
  /** By `workload/service`. */
  readonly references: Readonly<Record<string, RunReference>>;
}

export type RunReference = Omit<ReferencePin, keyof Promoted>;

/** A pin that says so already stays as it is, with its time. */
export function pinsFor(before: Pins, { images, references, from, at }: Promotion): Pins {
  const pinned = <T extends object>(wanted: Readonly<Record<string, T>>, known: Readonly<Record<string, T & Promoted>>) => {
    const entries = Object.entries(wanted).map(([name, what]) => {
      const old = known[name];
      return [name, old !== undefined && sameAs(old, { ...what, from }) ? old : { ...what, from, at }] as const;
    });
    return { ...known, ...Object.fromEntries(entries) };
  };
  return {
    ...before,
    images: pinned<DeployedImage>(images, before.images) as Pins["images"],
    references: pinned<RunReference>(references, before.references) as Pins["references"],
  };
}

export interface FailedPromotion {
  /** Pins before it and as it wrote them. */
  readonly before: Pins;
  readonly written: Pins;
  /** What the stack ran before it, and what it runs now. */
  readonly ran: Deployed;
  readonly runs: Deployed;
  /** The stack itself. */
  readonly stack: string;
  readonly at: string;
}

/**
 * After a failure the file says what is deployed: what arrived stays pinned, what still runs is pinned as it runs, so that the next
 * up changes nothing. What the stack has never run stays as the next thing to come.
 */
export function pinsAfterFailure({ before, written, ran, runs, stack, at }: FailedPromotion): Pins {
  const images = Object.entries(written.images).map(([name, pin]) => {
    const old = before.images[name];
    const running = runningImages(runs, name);
    const [first] = running;
    if (old === pin || first === undefined || running.some((it) => it.identity === pin.identity)) return [name, pin] as const;
    const kept: ImagePin = old?.identity === first.identity ? old : { ...first, from: stack, at };
    return [name, kept] as const;
  });
  // Without a pin a reference means what runs.
  const references = Object.entries(written.references).flatMap(([key, pin]) => {
    const [workload = ""] = key.split("/");
    const old = before.references[key];
    if (ran.workloads[workload] === undefined || runs.workloads[workload]?.failed === false) return [[key, pin] as const];
    return old === undefined ? [] : [[key, old] as const];
  });
  return { ...written, images: Object.fromEntries(images), references: Object.fromEntries(references) };
}

/** Of what workloads run, not of what was only built or pinned. */
function runningImages(deployed: Deployed, name: string): DeployedImage[] {
  return servicesOf(deployed).flatMap(({ runs: it }) =>
    "image" in it && it.image === name && it.identity !== "" ? [{ contentHash: it.contentHash, identity: it.identity }] : [],
  );
}

function sameAs(pin: object, wanted: object): boolean {
  return Object.entries(wanted).every(([key, value]) => (pin as Record<string, unknown>)[key] === value);
}
