/** A folder of exports, wherever it is. Paths are relative to it, with "/"; a file is there whole or not at all. */
import type { Readable } from "node:stream";

export interface ExportStore {
  /** For messages and commands: what a person would type. */
  readonly where: string;
  /** Durable under its name when it returns; folders are made. @throws NAME_TAKEN DISK_FULL EXPORT_FAILED */
  write(path: string, content: Readable, signal?: AbortSignal): Promise<void>;
  /** @throws NOT_FOUND */
  read(path: string): Promise<Readable>;
  /** Names of the folders that have a manifest, sorted. */
  list(): Promise<readonly string[]>;
  /** Removes one folder of `list`, manifest first: a killed removal leaves no export. */
  remove(name: string): Promise<void>;
}

/** One folder of a store; `""` is the store itself. */
export const within = (folder: string, file: string): string => (folder === "" ? file : `${folder}/${file}`);
