/** From what a machine is to what it should be: operations in a row, each with its cause. Pure. */
import type { PrepareSpec } from "../../../spec/prepare";
import type { Plan } from "../../plan/plan";
import { diskSteps } from "./disk-steps";
import { daemonSteps, groupSteps, installSteps, runSteps, shutdownSteps } from "./engine-steps";
import type { ObservedMachine } from "./observed-machine";
import { inARow, type Step } from "./prepare-step";
import { refuseMachine } from "./refuse-machine";

/** @throws HOST_UNSUPPORTED DOCKER_TOO_OLD DISK_REFUSED */
export function planPrepare(host: string, observed: ObservedMachine, spec: PrepareSpec): Plan {
  const steps = prepareSteps(host, observed, spec);
  const kind = steps.length === 0 ? "none" : observed.engine === undefined ? "create" : "update";
  return plan(host, kind, steps, steps.length === 0 ? [] : notes(observed, spec));
}

/** The same with what is written. @throws as planPrepare */
export function prepareSteps(host: string, observed: ObservedMachine, spec: PrepareSpec): Step[] {
  refuseMachine(host, observed, spec);
  // Configured before it is installed: a package starts its engine at once, which must not begin on the wrong disk.
  const configured = [...diskSteps(observed, spec), ...shutdownSteps(observed, spec), ...daemonSteps(host, observed, spec)];
  const before = [...configured, ...installSteps(host, observed, spec)];
  return [...before, ...runSteps(observed, spec, before), ...groupSteps(observed)];
}

/** What would be done to a machine that does not exist yet, taken for one that nobody has touched. */
export function planUnseen(host: string, { dataDisk, liveRestore }: PrepareSpec): Plan {
  const cause = `${host} does not exist yet`;
  const disk: readonly Step[] = [
    { kind: "format disk", subject: "disk", cause, touchesData: true },
    { kind: "mount disk", subject: "disk", cause, touchesData: true },
    { kind: "guard engine", subject: "engine", cause },
  ];
  const engine: readonly Step[] = [
    ...(liveRestore ? [{ kind: "arrange shutdown", subject: "engine", cause } as const] : []),
    { kind: "write daemon.json", subject: "engine", cause },
    { kind: "install engine", subject: "engine", cause },
    { kind: "start engine", subject: "engine", cause },
    { kind: "join group", subject: "user", cause },
  ];
  const steps = dataDisk === undefined ? engine : [...disk, ...engine];
  return plan(host, "create", steps, ["taken for a machine that nobody has touched; what it needs is seen when it is there"]);
}

const plan = (host: string, kind: Plan["kind"], steps: readonly Step[], notes: readonly string[]): Plan => ({
  schemaVersion: 1,
  kind,
  subject: host,
  operations: inARow(host, steps),
  outages: [],
  notes,
});

function notes({ engine, disk, user, mayUseDocker }: ObservedMachine, { engine: wanted, dataDisk }: PrepareSpec): string[] {
  const said: string[] = [];
  if (!mayUseDocker) said.push(`whoever logs in as ${user} is as good as root then: that is what the group docker means`);
  if (dataDisk !== undefined && !dataDisk.device.startsWith("/dev/disk/"))
    said.push(`${dataDisk.device} may be another disk after a restart: a name under /dev/disk/by-id stays`);
  if (dataDisk !== undefined && disk?.state === "filesystem" && !disk.mounted)
    said.push(`${dataDisk.device} was formatted by drayage before: what is on it is taken over`);
  if (engine !== undefined && wanted.from === "docker" && engine.package !== "docker-ce")
    said.push(`${engine.package || "an engine of unknown origin"} is installed and stays; for docker-ce remove it first`);
  if (engine?.listensByUnit) said.push("the engine's unit opens it on TCP: whoever reaches that port is root there");
  return said;
}
