/** What comes in at the door of this room. */
import type { Clock } from "../clock";
import type { DockerEngine } from "../docker/docker-engine";
import type { Progress } from "../report";

export interface ReceiptHost {
  readonly name: string;
  readonly docker: DockerEngine;
  readonly machineId: string;
  /** Absent for a local engine. */
  readonly address?: string;
}

export interface ReceiptSubject {
  readonly host: ReceiptHost;
  readonly workload: string;
  readonly identity: string;
  /** Service → command whose output stands for its volumes, as the program says. */
  readonly fingerprints: Readonly<Record<string, readonly string[]>>;
  /** The program's names of volumes whose data may be lost. */
  readonly ephemeral: readonly string[];
}

export interface ReceiptRequest {
  readonly project: string;
  readonly stack: string;
  readonly subjects: readonly ReceiptSubject[];
  /** Secrets are hashed with it. It stays here and on the wire, never in a receipt. */
  readonly key: Buffer;
  /** Read the data too. False leaves volumes `skipped`. */
  readonly data: boolean;
  readonly clock: Clock;
  readonly progress?: (subject: ReceiptSubject, what: string, progress: Progress) => void;
}
