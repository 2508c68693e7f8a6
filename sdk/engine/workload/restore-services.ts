/** After a failure: what served before serves again (rule 1), and what failed is kept for its logs. */
import { DrayageError } from "../../spec/drayage-error";
import type { Operation, Plan } from "../plan/plan";
import { restartPolicy } from "./container-body";
import { replicaName } from "./object-names";
import { observeContainer } from "./observe-workload";
import { isRunning } from "./operate/find-container";
import { setAside } from "./operate/stop-container";
import type { NewContainerDetail, StopDetail } from "./operations";
import type { WorkloadWorld } from "./workload-world";

export interface BrokenRun {
  readonly plan: Plan;
  /** Ids of operations that were begun, and of those that succeeded. */
  readonly begun: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
  /** False when it was cancelled: then nothing is bad, only unfinished. */
  readonly failed: boolean;
}

export interface Restoration {
  /** Replicas of which the old container serves again: `api.1`. */
  readonly serving: readonly string[];
  /** Replicas of which the old container was not touched yet. */
  readonly untouched: readonly string[];
  /** `api.1: why`, for each old container that could not be brought back. */
  readonly lost: readonly string[];
  /** Replicas that failed and had no older container. */
  readonly without: readonly string[];
  /** Replicas that were only asked whether they are healthy. */
  readonly asked: readonly string[];
}

/** What of a broken run is to be undone. Pure. */
export interface UndoPlan {
  readonly setAside: readonly NewContainerDetail[];
  readonly bringBack: readonly StopDetail[];
  /** `api.1`, whose old container still runs. */
  readonly untouched: readonly string[];
  /** Old and new can run side by side: then nobody misses a moment. */
  readonly startFirst: boolean;
  /** `api.1`, of which nothing but its health was in question. */
  readonly asked: readonly string[];
}

/**
 * A service of which every replica has passed keeps its new containers. One that failed goes back as a whole; one that
 * was cancelled keeps the replicas that have passed.
 */
export function planUndo({ plan, begun, done, failed }: BrokenRun): UndoPlan {
  const passes = plan.operations.filter((one) => one.kind === "promote container" || one.kind === "run container");
  const open = passes.filter((one) => !done.has(one.id));
  const services = new Set(open.map((one) => String(one.detail.service)));
  const concerned = (service: unknown, replica: unknown) =>
    failed ? services.has(String(service)) : open.some((one) => one.detail.service === service && one.detail.replica === replica);
  const news = plan.operations.filter((one) => bringsUp(one) && begun.has(one.id));
  const stops = plan.operations
    .filter((one) => one.kind === "stop container")
    .filter(({ detail }) => {
      const heldFor = (detail.heldFor as readonly string[] | undefined) ?? [];
      return heldFor.some((service) => (service === detail.service ? concerned(service, detail.replica) : services.has(service)));
    });
  const bringBack = stops.filter((one) => begun.has(one.id));
  const started = new Set(plan.operations.filter((one) => one.kind === "start container").map((one) => one.subject));
  const asked = plan.operations.filter((one) => one.kind === "gate container" && !started.has(one.subject));
  return {
    asked: asked.filter((one) => begun.has(one.id) && !done.has(one.id)).map((one) => one.subject),
    untouched: stops.filter((one) => !begun.has(one.id)).map((one) => one.subject),
    setAside: news
      .filter(({ detail }) => concerned(detail.service, detail.replica))
      .map((one) => one.detail as unknown as NewContainerDetail),
    bringBack: bringBack.map((one) => one.detail as unknown as StopDetail),
    startFirst: bringBack.every((stop) => stop.dependsOn.some((id) => passes.some((pass) => pass.id === id))),
  };
}

export async function restoreServices(world: WorkloadWorld, run: BrokenRun): Promise<Restoration> {
  const undo = planUndo(run);
  const serving: string[] = [];
  const lost: string[] = [];
  const aside = async () => {
    for (const detail of undo.setAside) await setAside(world, detail, run.failed);
  };
  if (!undo.startFirst) await aside();
  for (const old of undo.bringBack) {
    const trouble = await serveAgain(world, old);
    const name = replicaName(old.service, old.replica);
    if (trouble === undefined) serving.push(name);
    else lost.push(`${name}: ${trouble}`);
  }
  if (undo.startFirst) await aside();
  const tried = undo.setAside.map((one) => replicaName(one.service, one.replica));
  const known = [...serving, ...lost, ...undo.untouched].join(" ");
  const without = run.failed ? tried.filter((one) => !known.includes(one)) : [];
  return { serving, lost, untouched: undo.untouched, without, asked: undo.asked };
}

/** The error that caused it, saying what runs now. */
export function withRestoration(error: unknown, { serving, untouched, lost, without, asked }: Restoration): unknown {
  if (!(error instanceof DrayageError)) return error;
  const told = [
    ...(serving.length > 0 ? [`The previous version of ${serving.join(", ")} serves again.`] : []),
    ...(untouched.length > 0 ? [`The previous version of ${untouched.join(", ")} still serves.`] : []),
    ...(lost.length > 0 ? [`NOT serving: ${lost.join("; ")}.`] : []),
    ...(without.length > 0 ? [`There is no earlier version of ${without.join(", ")} to serve instead.`] : []),
    ...(error.code === "GATE_FAILED" && asked.length > 0
      ? [`${asked.join(", ")} runs on as before: nothing of it changed.`]
      : []),
  ];
  if (told.length === 0) return error;
  return new DrayageError(error.code, `${error.message}\n${told.join(" ")}`, {
    ...(error.subject !== undefined && { subject: error.subject }),
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
}

/** Undefined: it runs again. Its label tells the policy it had. */
async function serveAgain(world: WorkloadWorld, old: StopDetail): Promise<string | undefined> {
  const { docker } = world.host;
  try {
    const container = await observeContainer(world.host, old.container);
    if (!container) return "its container is gone";
    if (!isRunning(container)) await docker.startContainer(container.id);
    const made = container.made as { restart?: Parameters<typeof restartPolicy>[0] } | undefined;
    if (made?.restart) await docker.setRestartPolicy(container.id, restartPolicy(made.restart));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function bringsUp(one: Operation): boolean {
  return (one.kind === "start container" || one.kind === "run container") && "generation" in one.detail;
}
