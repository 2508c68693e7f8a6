import { DrayageError } from "../../spec/drayage-error";
import { chooseProjectAndStack, type StackOptions } from "../common-options";
import { findProgram } from "../pulumi/find-program";
import { loadStackState } from "../state/load-state";
import { withRememberedHosts } from "../state/remembered-hosts";
import type { Terminal } from "../terminal/terminal";
import { openDial } from "./dial";
import { Fleet } from "./fleet";

/** Opens the stack's hosts for one command; ssh masters stay for a while, so that the next command is quick. */
export async function withFleet<T>(options: StackOptions, terminal: Terminal, use: (fleet: Fleet) => Promise<T>): Promise<T> {
  const chosen = chooseProjectAndStack(options, terminal);
  const state = withRememberedHosts(chosen, await loadStackState(chosen, terminal));
  const { dial, close } = openDial(terminal, programDirOf(chosen.project.dir));
  try {
    return await use(new Fleet(chosen, state, dial));
  } finally {
    await close();
  }
}

/** Looking at what runs must work also when the program's file is not there any more. */
export function programDirOf(projectDir: string): string {
  try {
    return findProgram(projectDir).programDir;
  } catch (error) {
    if (error instanceof DrayageError) return projectDir;
    throw error;
  }
}
