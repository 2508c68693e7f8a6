/** Where a Pulumi project's program starts. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { DrayageError } from "../../spec/drayage-error";

export interface FoundProgram {
  /** The project's name, of Pulumi.yaml. */
  readonly project: string;
  /** Folder that holds Pulumi.yaml. */
  readonly workDir: string;
  /** The program's working directory, as under plain pulumi: the folder that `main` names, else workDir. */
  readonly programDir: string;
  /** The file to load. */
  readonly main: string;
}

/** Looks for Pulumi.yaml upward from the folder. */
export function findProgram(from: string): FoundProgram {
  const workDir = folderWithProject(resolve(from));
  const project = (parse(readFileSync(join(workDir, "Pulumi.yaml"), "utf8")) ?? {}) as { name?: string; main?: string };
  const main = resolve(workDir, project.main ?? ".");
  const isFile = existsSync(main) && statSync(main).isFile();
  const programDir = isFile ? dirname(main) : main;
  const file = isFile ? main : entryOf(programDir);
  if (file === undefined) {
    throw new DrayageError("INVALID_PROGRAM", "has no program: no index.ts, and no `main` that exists", {
      subject: programDir,
      hint: "Write index.ts, or set `main` in Pulumi.yaml.",
    });
  }
  return { project: project.name ?? "", workDir, programDir, main: file };
}

function folderWithProject(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) {
      throw new DrayageError("NOT_FOUND", "there is no Pulumi.yaml here or above", {
        subject: from,
        hint: "Go into the program's folder, or write one with: dray init",
      });
    }
  }
}

function entryOf(folder: string): string | undefined {
  const manifest = join(folder, "package.json");
  const main = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, "utf8")) as { main?: string }).main : undefined;
  const candidates = main === undefined ? [] : [main, `${main}.ts`, `${main}.js`, join(main, "index.ts"), join(main, "index.js")];
  const files = [...candidates, "index.ts", "index.mts", "index.cts", "index.js", "index.mjs", "index.cjs"];
  return files.map((name) => join(folder, name)).find((file) => existsSync(file) && statSync(file).isFile());
}
