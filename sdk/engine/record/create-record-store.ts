import { createHash } from "node:crypto";
import type { Clock } from "../clock";
import type { DockerEngine } from "../docker/docker-engine";
import { attachMover } from "../host/mover-container";
import { openRecordSession } from "./open-record-session";
import { mountPath, type RecordPlace, readRecord } from "./record-reader";
import type { RecordStore } from "./record-store";

export interface RecordStoreOptions {
  readonly clock: Clock;
  /** Directory on the host. Default /var/lib/drayage; a rootless engine needs one in its user's data directory. */
  readonly dir?: string | undefined;
  /** Where the mover binaries are. Default dist/mover of this package. */
  readonly moverDir?: string | undefined;
}

const defaultDir = "/var/lib/drayage";
/** The container through which the record in the default directory is read. */
export const defaultReader = "drayage-record";

export function createRecordStore(docker: DockerEngine, options: RecordStoreOptions): RecordStore {
  const dir = options.dir ?? defaultDir;
  const place: RecordPlace = { docker, dir, reader: readerName(dir), moverDir: options.moverDir };
  return {
    read: () => readRecord(place),
    async open(holder) {
      const mover = await attachMover(docker, {
        name: "drayage-session",
        args: ["record", "--dir", mountPath],
        binds: [`${dir}:${mountPath}`],
        moverDir: options.moverDir,
      });
      return openRecordSession({ docker, mover, holder, clock: options.clock });
    },
  };
}

/** One reader for each directory, so that tests and rootless engines do not meet. */
function readerName(dir: string): string {
  if (dir === defaultDir) return defaultReader;
  return `${defaultReader}-${createHash("sha256").update(dir).digest("hex").slice(0, 6)}`;
}
