import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";

export interface Project {
  readonly name: string;
  /** Folder of the Pulumi.yaml. */
  readonly dir: string;
  readonly file: string;
}

const projectFile = z.looseObject({ name: z.string().min(1) });

/** The nearest Pulumi.yaml from `from` upward, as Pulumi itself looks for it. */
export function findProject(from: string): Project {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
      const text = readIfThere(join(dir, name));
      if (text !== undefined) return projectOf(join(dir, name), dir, text);
    }
    if (dir === dirname(dir)) break;
  }
  throw new DrayageError("NOT_FOUND", `There is no Pulumi.yaml in ${resolve(from)} or above it.`, {
    hint: "Go into a program's folder, name it with --cwd, or write one with `dray init`.",
  });
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || (error as NodeJS.ErrnoException).code === "ENOTDIR")
      return undefined;
    throw error;
  }
}

function projectOf(file: string, dir: string, text: string): Project {
  try {
    return { name: projectFile.parse(parse(text)).name, dir, file };
  } catch (cause) {
    throw new DrayageError("INVALID_PROGRAM", "It has no project name.", {
      subject: file,
      hint: "Its first line must be `name: …`.",
      cause,
    });
  }
}
