/** Exports in a folder of this machine. */
import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DrayageError } from "../../spec/drayage-error";
import { manifestName } from "./export-manifest";
import type { ExportStore } from "./export-store";

export function localStore(folder: string): ExportStore {
  const at = (path: string) => join(folder, path);
  return {
    where: folder,
    async write(path, content, signal) {
      const file = at(path);
      if (await exists(file))
        throw new DrayageError("NAME_TAKEN", "It is there already; nothing was written.", { subject: file });
      const partial = `${file}.partial`;
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await pipeline(content, createWriteStream(partial, { mode: 0o600 }), { ...(signal && { signal }) });
        await sync(partial);
        await rename(partial, file);
        await sync(dirname(file));
      } catch (error) {
        await rm(partial, { force: true });
        throw failure(file, error);
      }
    },
    async read(path): Promise<Readable> {
      const file = at(path);
      if (!(await exists(file))) throw new DrayageError("NOT_FOUND", "There is no such file.", { subject: file });
      return createReadStream(file, { highWaterMark: 1 << 20 });
    },
    async list() {
      const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
        if (isAbsent(error)) return [];
        throw failure(folder, error);
      });
      const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
      const complete = await Promise.all(names.map((name) => exists(at(`${name}/${manifestName}`))));
      return names.filter((_, index) => complete[index]).sort();
    },
    async remove(name) {
      await rm(at(`${name}/${manifestName}`));
      await rm(at(name), { recursive: true });
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw failure(path, error);
    },
  );

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function failure(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new DrayageError("DISK_FULL", "There is no space left; nothing was left behind.", { subject: file, cause: error });
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  return new DrayageError("EXPORT_FAILED", message, { subject: file, cause: error });
}
