import { readConfigSource } from "../../context/read-config-source";
import { DrayageError } from "../../spec/drayage-error";
import type { ConfigFiles } from "./config-files";

/** Configs of a program whose folder is `base` on this machine. */
export function readConfigFiles(base: string): ConfigFiles {
  return {
    async read(source) {
      const written = source.kind === "text" ? source.text : source.kind === "file" ? source.file : source.folder;
      const content = readConfigSource(source, base);
      const subject = source.kind === "text" ? "config" : written;
      if ("error" in content) throw new DrayageError("INVALID_CONTEXT", content.error.reason, { subject });
      if (source.hash !== "" && content.hash !== source.hash) {
        throw new DrayageError("CONTEXT_CHANGED", "is not what it was when the program ran", {
          subject,
          hint: "Run the same command again.",
        });
      }
      return content.entries.flatMap((entry) =>
        entry.kind === "file" ? [{ path: entry.path, executable: (entry.mode & 0o100) !== 0, content: entry.content }] : [],
      );
    },
  };
}
