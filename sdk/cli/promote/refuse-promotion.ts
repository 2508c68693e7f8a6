/** What stands in the way of a promotion, all of it at once, before anything is changed. Pure. */
import { DrayageError } from "../../spec/drayage-error";
import { type Deployed, type DeployedWorkload, mixedImages, referencesOf } from "./deployed";

export interface Ends {
  readonly from: string;
  readonly to: string;
}

/** @throws PROMOTE_REFUSED when nobody could say what the stack really runs */
export function refuseUnsettled(runs: Deployed, { from, to }: Ends): void {
  const failed = Object.entries(runs.workloads).flatMap(([name, it]) => (it.failed ? [name] : []));
  const unsettled = [
    ...failed.map((name) => `the last up of ${name} failed on ${from}`),
    ...mixedImages(runs).map((name) => `${from} runs several builds of image ${name}`),
  ];
  if (Object.keys(runs.images).length + Object.keys(referencesOf(runs)).length === 0) unsettled.push(`${from} runs no image`);
  refuse(unsettled, { from, to }, `dray up --stack ${from}`);
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
    ...services(runs, wanted, ends, only),
  ];
  refuse(missing, ends, `dray up --stack ${from}, or only some of it: dray promote ${from} ${to} --only NAME`);
}

function services(runs: Deployed, wanted: Deployed, { from, to }: Ends, only: readonly string[]): string[] {
  return Object.entries(runs.workloads).flatMap(([name, workload]) => {
    const other = wanted.workloads[name];
    if (other === undefined) return only.length > 0 ? [] : [`workload ${name} of ${from} is not in the program of ${to}`];
    return Object.entries(workload.services).flatMap(([service, image]) => {
      const key = `${name}/${service}`;
      if (only.length > 0 && !only.includes("image" in image ? image.image : key)) return [];
      return serviceProblem(key, service, { workload, other }, { from, to });
    });
  });
}

function serviceProblem(
  key: string,
  service: string,
  { workload, other }: { workload: DeployedWorkload; other: DeployedWorkload },
  { from, to }: Ends,
): string[] {
  const [one, two] = [workload.services[service], other.services[service]];
  if (one === undefined) return [];
  if (two === undefined) return [`service ${key} of ${from} is not in the program of ${to}`];
  const [a, b] = [said(one), said(two)];
  return a === b ? [] : [`service ${key} runs ${a} on ${from}, and the program of ${to} says ${b}`];
}

const said = (image: DeployedWorkload["services"][string]): string => ("image" in image ? `image ${image.image}` : image.ref);

function lacking(these: Readonly<Record<string, unknown>>, those: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(these).filter((name) => those[name] === undefined);
}

function refuse(reasons: readonly string[], { from, to }: Ends, hint: string): void {
  if (reasons.length === 0) return;
  throw new DrayageError("PROMOTE_REFUSED", `${reasons.join("\n")}\nNothing was changed.`, { subject: `${from} to ${to}`, hint });
}
