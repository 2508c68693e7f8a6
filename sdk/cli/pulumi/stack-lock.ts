/** Locks of file backends: Pulumi leaves one behind for ever when it is killed. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface StackLock {
  readonly file: string;
  readonly pid: number;
  readonly hostname: string;
  readonly username: string;
  readonly timestamp: string;
}

export interface LockPlace {
  readonly stateDir: string;
  readonly project: string;
  readonly stack: string;
}

export interface ThisMachine {
  readonly hostname: string;
  isAlive(pid: number): boolean;
}

/** Removes locks of dead processes of this machine and yields those that stay. */
export function clearStaleLocks(place: LockPlace, machine: ThisMachine): StackLock[] {
  const locks = readLocks(place);
  const stale = locks.filter((lock) => lock.hostname === machine.hostname && !machine.isAlive(lock.pid));
  for (const lock of stale) removeLock(lock);
  return locks.filter((lock) => !stale.includes(lock));
}

export function readLocks({ stateDir, project, stack }: LockPlace): StackLock[] {
  const folder = join(stateDir, ".pulumi", "locks", "organization", project, stack);
  return namesIn(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => readLock(join(folder, name)))
    .filter((lock) => lock !== undefined);
}

export function removeLock({ file }: StackLock): void {
  for (const path of [file, `${file}.attrs`]) rmSync(path, { force: true });
}

/** A process that we may not signal is alive all the same. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Its holder may remove it while we look. */
function readLock(file: string): StackLock | undefined {
  try {
    const { pid, hostname, username, timestamp } = JSON.parse(readFileSync(file, "utf8")) as StackLock;
    return { file, pid, hostname, username, timestamp };
  } catch {
    return undefined;
  }
}
