/**
 * `drayage.pins.<stack>.yaml`, committed beside Pulumi.yaml: decisions made outside the program that the next up must respect.
 *
 * workloads:
 *   shop:
 *     host: rack          # where it is kept
 *     instead: cloud      # what the program said when it was pinned; another value there makes the pin void
 *     reason: dray move shop --back
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";

export interface Pin {
  readonly host: string;
  readonly instead: string;
  readonly reason?: string;
}

export interface Pins {
  /** By the workload's name in the program. */
  readonly workloads: Readonly<Record<string, Pin>>;
}

export const pinsFile = (projectDir: string, stack: string): string => join(projectDir, `drayage.pins.${stack}.yaml`);

/** The folder of the Pulumi.yaml found upward, else undefined. */
export function findProjectDir(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, "Pulumi.yml"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** @throws Error naming the file when it is not what it should be: a pin that is overlooked would move data. */
export function readPins(path: string): Pins {
  if (!existsSync(path)) return { workloads: {} };
  const read = parse(readFileSync(path, "utf8")) as { workloads?: Record<string, Partial<Pin> | null> } | null;
  const workloads = Object.entries(read?.workloads ?? {}).map(([name, pin]) => {
    if (typeof pin?.host !== "string" || typeof pin.instead !== "string") {
      throw new Error(`${path}: workloads.${name} needs host and instead`);
    }
    return [name, pin as Pin] as const;
  });
  return { workloads: Object.fromEntries(workloads) };
}

/** A file without pins is removed. */
export function writePins(path: string, pins: Pins): void {
  if (Object.keys(pins.workloads).length === 0) rmSync(path, { force: true });
  else writeFileSync(path, `# Written by dray; undone by: dray unpin WORKLOAD\n${stringify(pins)}`);
}
