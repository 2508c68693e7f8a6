/**
 * Hosts of a stack that was destroyed. Its state knows none any more, but volumes were kept on them: written down before, so that
 * `dray volumes` still finds them.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Chosen } from "../common-options";
import { readIfThere } from "../project/find-project";
import { privateFolder } from "../project/private-folder";
import { type HostState, hostStates, knownHosts, type StackState } from "./stack-state";

export function rememberHosts({ project, stack }: Chosen, state: StackState): void {
  const hosts = knownHosts(state);
  if (hosts.length === 0) return;
  privateFolder(project.dir);
  writeFileSync(fileOf({ project, stack }), `${JSON.stringify({ schemaVersion: 1, hosts }, undefined, 2)}\n`, { mode: 0o600 });
}

/** The state as it is, or with the remembered hosts where it knows none. */
export function withRememberedHosts(chosen: Chosen, state: StackState): StackState {
  return knownHosts(state).length > 0 ? state : { ...state, hosts: rememberedHosts(chosen) };
}

function rememberedHosts(chosen: Chosen): readonly HostState[] {
  const text = readIfThere(fileOf(chosen));
  return text === undefined ? [] : hostStates((JSON.parse(text) as { hosts?: unknown }).hosts);
}

function fileOf({ project, stack }: Chosen): string {
  return join(project.dir, ".drayage", `hosts.${stack}.json`);
}
