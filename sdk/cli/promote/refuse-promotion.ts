/** What stands in the way of a promotion, all of it at once, before anything is changed. Pure. */
import { sameIdentityKey } from "../../engine/image/image-identity";
import { DrayageError } from "../../spec/drayage-error";
import { type Deployed, type RunImage, servicesOf } from "./deployed";

export interface Ends {
  readonly from: string;
  readonly to: string;
}

/** @throws PROMOTE_REFUSED when nobody could say what the stack really runs */
export function refuseUnsettled(runs: Deployed, { from, to }: Ends): void {
  const failed = Object.entries(runs.workloads).flatMap(([name, it]) => (it.failed ? [name] : []));
  const services = servicesOf(runs);
  const reasons = [
    ...failed.map((name) => `the last up of ${name} failed on ${from}`),
    ...services.flatMap(({ key, runs: it }) => (isAsGiven(it) ? [] : [`${key} of ${from} runs another image than it was given`])),
    ...mixedImages(services.map((it) => it.runs)).map((name) => `${from} runs several builds of image ${name}`),
    ...(Object.keys(runs.images).length + services.length === 0 ? [`${from} runs no image`] : []),
  ];
  refuse(reasons, { from, to }, `dray up --stack ${from}`);
}

/** @throws PROMOTE_REFUSED naming what one of the two has and the other has not */
export function refuseIncomplete(runs: Deployed, wanted: Deployed, ends: Ends, only: readonly string[]): void {
  const about = (name: string) => only.length === 0 || only.includes(name);
  const { from, to } = ends;
  const missing = [
    ...lacking(runs.images, wanted.images)
      .filter(about)
      .map((name) => `image ${name} of ${from} is not in the program of ${to}`),
    ...lacking(wanted.images, runs.images)
      .filter(about)
      .map((name) => `image ${name} of ${to} was never deployed on ${from}`),
    ...(only.length > 0 ? [] : lacking(runs.workloads, wanted.workloads)).map(
      (name) => `workload ${name} of ${from} is not in the program of ${to}`,
    ),
    ...otherServices(runs, wanted, ends, (key, image) => about("image" in image ? image.image : key)),
  ];
  refuse(missing, ends, `dray up --stack ${from}, or only some of it: dray promote ${from} ${to} --only NAME`);
}

/** @throws PROMOTE_REFUSED */
export function refuse(reasons: readonly string[], { from, to }: Ends, hint: string): void {
  if (reasons.length === 0) return;
  throw new DrayageError("PROMOTE_REFUSED", `${reasons.join("\n")}\nNothing was changed.`, { subject: `${from} to ${to}`, hint });
}

function otherServices(
  runs: Deployed,
  wanted: Deployed,
  { from, to }: Ends,
  about: (key: string, image: RunImage) => boolean,
): string[] {
  const there = new Map(servicesOf(wanted).map(({ key, runs: it }) => [key, said(it)]));
  return servicesOf(runs).flatMap(({ key, runs: it }) => {
    const [workload = ""] = key.split("/");
    if (wanted.workloads[workload] === undefined || !about(key, it)) return [];
    const [one, other] = [said(it), there.get(key)];
    if (other === undefined) return [`service ${key} of ${from} is not in the program of ${to}`];
    return one === other ? [] : [`service ${key} runs ${one} on ${from}, and the program of ${to} says ${other}`];
  });
}

const said = (image: RunImage): string => ("image" in image ? `image ${image.image}` : image.ref);

function isAsGiven(image: RunImage): boolean {
  return !("image" in image) || image.runs === undefined || image.identity === "" || sameIdentityKey(image.runs, image.identity);
}

/** Images of which a stack runs several builds: what of them would be promoted? */
function mixedImages(images: readonly RunImage[]): string[] {
  const builds = new Map<string, Set<string>>();
  for (const it of images) if ("image" in it) builds.set(it.image, (builds.get(it.image) ?? new Set()).add(it.identity));
  return [...builds].filter(([, identities]) => identities.size > 1).map(([name]) => name);
}

function lacking(these: Readonly<Record<string, unknown>>, those: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(these).filter((name) => those[name] === undefined);
}
