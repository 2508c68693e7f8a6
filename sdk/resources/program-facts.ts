/** What each resource tells the provider beside what the user wrote. */
import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { Config, getStack } from "@pulumi/pulumi";
import { findProjectDir, type ImagePin, noPins, type Pin, type Pins, parsePins, pinsFile, readPins } from "../context/pins-file";
import type { Problem } from "../spec/drayage-error";
import { socketInDockerHost } from "../spec/host-address";
import type { ReferenceLock } from "../spec/reference-lock";

export interface ProgramFacts {
  /** Identity of the stack, `dray:stackUid` in Pulumi.<stack>.yaml; undefined where nobody has made one. */
  readonly stackUid: string | undefined;
  /** The program's folder on this machine: what relative paths start from. Never compared. */
  readonly programDir: string;
}

/** The provider's own PULUMI_CONFIG has no `dray:` key, so what is there travels as an input. */
export function programFacts(): ProgramFacts {
  return { stackUid: new Config("dray").get("stackUid"), programDir: process.cwd() };
}

/** Another in each run of the program. */
export const newRun = (): string => randomUUID();

/** Where a LocalHost looks for its engine when its arguments do not say. */
export function localSocket(): string {
  return socketInDockerHost(process.env.DOCKER_HOST) ?? "/var/run/docker.sock";
}

export interface WorkloadPins {
  readonly placement: Pin | undefined;
  /** Service → what its reference means; undefined when none is pinned. */
  readonly locks: Readonly<Record<string, ReferenceLock>> | undefined;
  /** Ids of machines that were declared lost; undefined when there is none. */
  readonly lost: readonly string[] | undefined;
  readonly problems: readonly Problem[];
}

export function pinsOfWorkload(workload: string): WorkloadPins {
  const { pins, problems } = stackPins();
  const own = Object.entries(pins.references).filter(([key]) => key.startsWith(`${workload}/`));
  const locks = own.map(([key, { ref, id, digest, from }]) => {
    return [key.slice(workload.length + 1), { ref, id, ...(digest !== undefined && { digest }), from }] as const;
  });
  const lost = Object.values(pins.lost).map(({ machineId }) => machineId);
  return {
    placement: pins.workloads[workload],
    locks: locks.length === 0 ? undefined : Object.fromEntries(locks),
    lost: lost.length === 0 ? undefined : lost,
    problems,
  };
}

export function pinOfImage(image: string): { readonly pin: ImagePin | undefined; readonly problems: readonly Problem[] } {
  const { pins, problems } = stackPins();
  return { pin: pins.images[image], problems };
}

/** Architecture of the machine that runs the program, in Docker's words: its engine builds for it without emulation. */
export function operatorArch(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}

/** What secrets that a program takes from elsewhere are looked for with. */
export function secretSurroundings(): { readonly home: string; readonly environment: NodeJS.ProcessEnv } {
  return { home: homedir(), environment: process.env };
}

function stackPins(): { readonly pins: Pins; readonly problems: readonly Problem[] } {
  try {
    // What a promotion proposes is shown before it is written.
    const proposed = new Config("dray").get("proposedPins");
    if (proposed !== undefined) return { pins: parsePins(proposed, "the proposed pins"), problems: [] };
    const projectDir = findProjectDir(process.cwd());
    return { pins: projectDir === undefined ? noPins : readPins(pinsFile(projectDir, getStack())), problems: [] };
  } catch (error) {
    return { pins: noPins, problems: [{ path: "", reason: error instanceof Error ? error.message : String(error) }] };
  }
}
