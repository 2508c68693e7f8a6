/** What an engine still needs: its configuration, its packages, that it runs, that the user may use it. Pure. */
import type { PrepareSpec } from "../../../spec/prepare";
import { changeDaemonJson, readDaemonJson, wantedDaemon } from "./daemon-json";
import { notMounted } from "./disk-steps";
import { enginePackages } from "./distributions";
import type { ObservedMachine } from "./observed-machine";
import { base64 } from "./prepare-request";
import type { Step } from "./prepare-step";
import { shutdownScript, shutdownUnit } from "./shutdown-hook";

/** @throws HOST_UNSUPPORTED */
export function daemonSteps(host: string, { daemonJson }: ObservedMachine, spec: PrepareSpec): Step[] {
  const change = changeDaemonJson(readDaemonJson(host, daemonJson), wantedDaemon(spec));
  if (change === undefined) return [];
  const files = { content: base64(change.text) };
  return daemonJson === undefined
    ? [{ kind: "write daemon.json", subject: "engine", cause: "not there", files }]
    : [{ kind: "change daemon.json", subject: "engine", cause: change.causes.join(", "), files }];
}

export function shutdownSteps(observed: ObservedMachine, { liveRestore }: PrepareSpec): Step[] {
  const arranged = observed.shutdownUnit === shutdownUnit && observed.shutdownScript === shutdownScript;
  if (!liveRestore || arranged) return [];
  const files = { shutdownUnit: base64(shutdownUnit), shutdownScript: base64(shutdownScript) };
  const missing = observed.shutdownUnit === undefined || observed.shutdownScript === undefined;
  const cause = missing ? "containers would be killed with the machine" : "its files differ";
  return [{ kind: "arrange shutdown", subject: "engine", cause, files }];
}

/** @throws HOST_UNSUPPORTED */
export function installSteps(host: string, { engine, os, lacksAppArmor }: ObservedMachine, spec: PrepareSpec): Step[] {
  const { version } = spec.engine;
  const stays = version === undefined || engine?.package === "" || engine?.version.startsWith(version);
  if (engine !== undefined && stays) return [];
  const { manager, packages, repository } = enginePackages(host, os, spec.engine);
  // A package manager would remove the one for the other.
  if (engine !== undefined && engine.package !== packages[0]) return [];
  const cause = engine === undefined ? "none is installed" : `${engine.version} is installed, ${version} is wanted`;
  const detail = {
    manager,
    packages: [...packages, ...(lacksAppArmor && manager === "apt" ? ["apparmor"] : [])].join(" "),
    ...(version === undefined ? {} : { version }),
    ...(repository && { repository: repository.url, suite: repository.suite, keyHash: repository.keyHash }),
  };
  // Another version replaces the daemon's programs; only within a release is it sure that containers live through it.
  return [{ kind: "install engine", subject: "engine", cause, destructive: (engine?.runningContainers ?? 0) > 0, detail }];
}

/** @param before what happens before it runs */
export function runSteps({ engine }: ObservedMachine, { liveRestore }: PrepareSpec, before: readonly Step[]): Step[] {
  if (!engine?.active)
    return [{ kind: "start engine", subject: "engine", cause: engine === undefined ? "now and at every boot" : "not running" }];
  const steps: Step[] = [];
  if (!engine.enabled) steps.push({ kind: "enable engine", subject: "engine", cause: "it would not start at boot" });
  const cause = restartCause(before, engine.stale);
  const stops = engine.runningContainers > 0 && !liveRestore;
  if (cause !== undefined) steps.push({ kind: "restart engine", subject: "engine", cause, destructive: stops });
  return steps;
}

export function groupSteps({ user, mayUseDocker }: ObservedMachine): Step[] {
  return mayUseDocker ? [] : [{ kind: "join group", subject: "user", cause: `${user} is not in the group docker` }];
}

function restartCause(before: readonly Step[], stale: boolean): string | undefined {
  const happens = (kind: Step["kind"]): boolean => before.some((step) => step.kind === kind);
  if (happens("write daemon.json") || happens("change daemon.json")) return "daemon.json changes";
  if (before.some(({ kind, cause }) => kind === "mount disk" && cause === notMounted)) return "its disk is mounted anew";
  return stale ? "daemon.json is newer than it" : undefined;
}
