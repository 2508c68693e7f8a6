/** The TypeScript sources of the package and what each of them imports; for the tests of the architecture. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { preProcessFile } from "typescript";

export interface Source {
  /** `sdk/spec/port.ts` */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path of the file for a relative import, without extension; undefined for packages. */
  readonly file: string | undefined;
}

const root = resolve(__dirname, "../..");

/** Every .ts file under the given folders of the repository; folders that are not there yet are empty. */
export function readSources(...folders: readonly string[]): Source[] {
  return folders.flatMap((folder) => filesIn(join(root, folder))).map(readSource);
}

/** `sdk/spec` of `sdk/spec/port.ts`; `sdk` of `sdk/index.ts`. */
export function roomOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "sdk" && !second.endsWith(".ts") && second !== "index" ? `sdk/${second}` : top;
}

function readSource(path: string): Source {
  const text = readFileSync(path, "utf8");
  const imports = preProcessFile(text, true, true).importedFiles.map(({ fileName }) => ({
    specifier: fileName,
    file: fileName.startsWith(".") ? relative(root, resolve(dirname(path), fileName)) : undefined,
  }));
  return { path: relative(root, path), text, imports };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .flatMap((dirent) => (dirent.isDirectory() ? filesIn(join(folder, dirent.name)) : [join(folder, dirent.name)]))
      .filter((path) => path.endsWith(".ts") && !path.includes("/node_modules/"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
