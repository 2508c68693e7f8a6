/** What the handler of Host asks of the room that prepares machines: prepare-door.ts answers it, tests put a double here. */
import type { Plan } from "../engine/plan/plan";
import type { RunContext } from "../engine/run-context";
import type { HostRefSpec } from "../spec/host";
import type { PrepareSpec } from "../spec/prepare";

export interface PrepareWish {
  readonly ref: Pick<HostRefSpec, "name" | "connection">;
  /** The folder that a relative identityFile starts from. */
  readonly base: string;
  readonly spec: PrepareSpec;
  readonly context: RunContext;
  readonly reviewed?: Plan;
  /** Judges the machine before its plan is told or run; throws where it is the wrong one. */
  readonly onLooked?: (machine: LookedAtMachine) => void;
}

export interface LookedAtMachine {
  /** /etc/machine-id; "" where there is none. */
  readonly machineId: string;
  /** Docker's words: amd64, arm64. */
  readonly arch: string;
  /** An engine runs, and who logs in now may use it. */
  readonly usable: boolean;
}

export interface PreparedMachine extends LookedAtMachine {
  readonly plan: Plan;
}

/** All of it over SSH, as root or with sudo: there may be no engine yet. */
export interface PrepareDoor {
  /** Begins a preview that will be asked for soon, of what the state has: `prepare` as it was written. */
  lookAhead(ref: Pick<HostRefSpec, "name" | "connection">, prepare: unknown): Promise<void>;
  /** For a machine that does not exist yet. */
  unseen(host: string, spec: PrepareSpec): Promise<Plan>;
  /** Reads only. @throws HOST_* SUDO_REQUIRED DISK_REFUSED DOCKER_TOO_OLD PREPARE_FAILED */
  preview(wish: PrepareWish): Promise<PreparedMachine>;
  /** Does what is missing, and logs in anew where that changed something. @throws also WORLD_MOVED CANCELLED */
  apply(wish: PrepareWish): Promise<PreparedMachine>;
}
