import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type EnvFileReader, parseEnvFile } from "../spec/env-file";

/** Reads env files relative to the program's folder; never throws. */
export function openEnvFile(base: string): EnvFileReader {
  return (path) => {
    try {
      return parseEnvFile(readFileSync(resolve(base, path), "utf8"));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      return { error: missing ? "does not exist" : "cannot be read" };
    }
  };
}
