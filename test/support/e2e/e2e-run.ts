/** One run of the e2e project: the folder that holds all it makes, and what must not survive it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { systemClock } from "../../../sdk/cli/system-clock";
import { connectDocker } from "../../../sdk/engine/docker/docker-client";
import { silentReport } from "../../../sdk/engine/report";
import { Lab, type LabUse } from "../../../sdk/lab/lab";
import { listLabNames } from "../../../sdk/lab/lab-state";
import { noteImages, removeBuilt } from "./built-images";

export const repository = resolve(__dirname, "../../..");
export const operatorSocket = "/var/run/docker.sock";

const prefix = "drayage-e2e-";
const variable = "DRAYAGE_E2E_ROOT";

/** Called once, before all suites. */
export async function beginRun(): Promise<void> {
  for (const left of runsOnThisMachine()) if (!isAlive(left)) await removeRun(left);
  const root = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(root, "pid"), String(process.pid));
  for (const folder of ["programs", "run"]) mkdirSync(join(root, folder), { mode: 0o700 });
  await noteImages(root, labUse(root).docker);
  process.env[variable] = root;
}

/** Called once, after all suites, also when they failed. */
export async function endRun(): Promise<void> {
  const root = process.env[variable];
  delete process.env[variable];
  if (root !== undefined) await removeRun(root);
}

export function runRoot(): string {
  const root = process.env[variable];
  if (root === undefined) throw new Error("the e2e project was not set up: run it through jest's projects");
  return root;
}

/** The sockets of the run are its own, so that its ssh masters can be ended with it. */
export function runtimeFolder(root: string): string {
  return join(root, "run");
}

export function labUse(root: string): LabUse {
  const context = { report: silentReport, signal: new AbortController().signal, clock: systemClock };
  return { root, name: "e2e", docker: connectDocker("this machine", operatorSocket), context };
}

function runsOnThisMachine(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name));
}

/** A run that was killed could not clean up; the next one does. One that has just begun has not said yet who it is. */
function isAlive(root: string): boolean {
  const said = existsSync(join(root, "pid")) ? readFileSync(join(root, "pid"), "utf8") : "";
  return said === "" ? Date.now() - statSync(root).mtimeMs < 10_000 : existsSync(`/proc/${said}/stat`);
}

async function removeRun(root: string): Promise<void> {
  endMasters(runtimeFolder(root));
  const beside = runsOnThisMachine().find((other) => other !== root && isAlive(other));
  await removeBuilt(root, labUse(root).docker, beside);
  for (const name of await listLabNames(root)) await (await Lab.open({ ...labUse(root), name })).down();
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
}

function endMasters(folder: string): void {
  const sockets = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ctl")) : [];
  for (const socket of sockets) {
    try {
      execFileSync("ssh", ["-o", `ControlPath=${join(folder, socket)}`, "-O", "exit", "gone"], { stdio: "ignore" });
    } catch {
      // It ended by itself.
    }
  }
}
