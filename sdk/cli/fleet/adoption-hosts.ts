/**
 * Where a workload to be adopted is looked for. The state knows hosts only after an up; where it was lost, or never was, the program
 * is asked, or a person names the address.
 */

import { DrayageError, exitCodes } from "../../spec/drayage-error";
import { normaliseHost } from "../../spec/host";
import { parseHostAddress } from "../../spec/host-address";
import { type Chosen, chooseProjectAndStack, type StackOptions } from "../common-options";
import { Failures } from "../failures";
import { watchInterrupts } from "../session/interrupts";
import { openRunView } from "../session/run-view";
import { type Session, withSession } from "../session/session";
import { loadStackState } from "../state/load-state";
import { withRememberedHosts } from "../state/remembered-hosts";
import { knownHosts, noState, type StackState } from "../state/stack-state";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { openDial } from "./dial";
import { Fleet, type FleetHost } from "./fleet";
import { programDirOf } from "./with-fleet";

export interface AdoptionOptions extends StackOptions {
  /** The program's name of a host, or `ssh://user@address:port`. */
  readonly host?: string;
  readonly hostKey?: string;
  readonly identityFile?: string;
}

export interface AdoptionPlace {
  readonly chosen: Chosen;
  readonly state: StackState;
  /** All of them answered: half an adoption would leave two owners. */
  readonly hosts: readonly FleetHost[];
}

/** @throws HOST_* when one of them does not answer, NOT_FOUND when none has the name, USAGE */
export async function withAdoptionHosts<T>(
  options: AdoptionOptions,
  terminal: Terminal,
  use: (place: AdoptionPlace) => Promise<T>,
): Promise<T> {
  const chosen = chooseProjectAndStack(options, terminal);
  const state = withRememberedHosts(chosen, await stateOf(chosen, terminal));
  const known = withAddress(state, options);
  const { host } = options;
  const names = knownHosts(known).map(({ name }) => name);
  const enough = host === undefined ? names.length > 0 : names.includes(host);
  if (!enough) return withHostsOfProgram(options, terminal, (hosts) => use({ chosen, state, hosts: only(hosts, host, chosen) }));
  const { dial, close } = openDial(terminal, programDirOf(chosen.project.dir));
  try {
    const fleet = new Fleet(chosen, known, dial);
    const hosts = await Promise.all((host === undefined ? names : [host]).map((name) => fleet.connect(name)));
    return await use({ chosen, state, hosts });
  } finally {
    await close();
  }
}

/** A stack that the user's backend does not have yet has no state either. */
async function stateOf(chosen: Chosen, terminal: Terminal): Promise<StackState> {
  try {
    return await loadStackState(chosen, terminal);
  } catch (error) {
    if (error instanceof DrayageError && error.code === "NOT_FOUND") return noState;
    throw error;
  }
}

function withAddress(state: StackState, { host, hostKey, identityFile }: AdoptionOptions): StackState {
  const given = host === undefined ? undefined : parseHostAddress(host);
  if (host === undefined || given === undefined) {
    if (hostKey === undefined && identityFile === undefined) return state;
    throw new DrayageError("USAGE", "--host-key and --identity-file belong to an address.", {
      hint: "dray adopt shop --host ssh://deploy@10.0.0.11 --identity-file ~/.ssh/id_ed25519",
    });
  }
  const { rest: _, ...address } = given;
  const read = normaliseHost({ ...address, ...(hostKey && { hostKey }), ...(identityFile && { identityFile }) });
  if ("problems" in read)
    throw new DrayageError("USAGE", read.problems.map(({ path, reason }) => `${path}: ${reason}`).join("; "), { subject: host });
  return { ...state, hosts: [...state.hosts, { name: host, connection: read.connection, machineId: "" }] };
}

/** A preview meets every host of the program. What else it finds wrong is not what is asked here. */
function withHostsOfProgram<T>(
  options: StackOptions,
  terminal: Terminal,
  use: (hosts: readonly FleetHost[]) => Promise<T>,
): Promise<T> {
  return withSession(options, terminal, async (session) => use(await meetHosts(session, terminal)));
}

async function meetHosts(session: Session, terminal: Terminal): Promise<readonly FleetHost[]> {
  const view = openRunView(terminal, systemClock, { command: "adopt", json: false, quiet: true });
  const interrupts = watchInterrupts(terminal, view.say);
  try {
    const { failures } = await session.run("preview", { view, interrupts });
    const hosts = session.hosts();
    const inTheWay = failures.filter((error) => hosts.length === 0 || isAboutHosts(error));
    if (inTheWay.length > 0) throw new Failures(inTheWay);
    return hosts;
  } finally {
    interrupts.close();
  }
}

const aboutHosts: ReadonlySet<number> = new Set([exitCodes.HOST_UNREACHABLE, exitCodes.HOST_KEY_CHANGED, exitCodes.CANCELLED]);

function isAboutHosts(error: Error): boolean {
  return error instanceof DrayageError && aboutHosts.has(error.exitCode);
}

function only(hosts: readonly FleetHost[], name: string | undefined, { stack }: Chosen): readonly FleetHost[] {
  const chosen = hosts.filter((host) => name === undefined || host.name === name);
  if (chosen.length > 0 || name === undefined) return chosen;
  throw new DrayageError("NOT_FOUND", `Neither the program nor stack ${stack} has a host ${JSON.stringify(name)}.`, {
    hint: `It has ${hosts.map((host) => host.name).join(", ") || "none"}. An address works as well: --host ssh://user@address`,
  });
}
