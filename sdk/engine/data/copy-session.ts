/**
 * A volume carried from one engine to another in rounds while its programs run, then proved equal. The movers at both ends do the
 * work; here their streams are joined and their answers judged.
 */
import type { DockerEngine } from "../docker/docker-engine";
import { readingCapabilities, writingCapabilities } from "../host/mover-container";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import { type CopyEnd, openCopyEnd } from "./copy-end";
import { type CopyPlace, mountOf, mountPath, requirePlace } from "./copy-place";
import { JoinedCopy } from "./joined-copy";
import type { VolumeSurvey } from "./measure-volumes";

export type CopySide = { readonly docker: DockerEngine } & CopyPlace;

export interface CopyRequest {
  readonly source: CopySide;
  readonly target: CopySide;
  /**
   * What a target volume with content means. refuse (default): an error. replace: it becomes the source's equal, whatever it held;
   * equal blocks are not sent again. Only for volumes the record calls incoming.
   */
  readonly existing?: "refuse" | "replace";
  /** Default false: device nodes are refused. */
  readonly allowDevices?: boolean;
  readonly context: Pick<RunContext, "signal" | "clock">;
  readonly progress?: (progress: Progress) => void;
  readonly moverDir?: string | undefined;
}

export interface CopyRound {
  /** Sent to the target. */
  readonly bytes: number;
  /** Read on the source. */
  readonly readBytes: number;
  /** Files looked into. */
  readonly files: number;
  readonly seconds: number;
  /** Files that changed while they were read: the next round takes them up. */
  readonly changing: readonly string[];
}

export interface Proof {
  readonly equal: boolean;
  readonly rootHash: string;
  /** `path: what`, empty when equal. */
  readonly differences: readonly string[];
  readonly bytes: number;
  readonly files: number;
}

export interface CopySession {
  /** Ids of the containers that have the volumes mounted. */
  readonly sourceContainer: string;
  readonly targetContainer: string;
  /** The source: sizes, and what cannot be carried. */
  scan(): Promise<VolumeSurvey>;
  /**
   * Sends what changed since the last round; durable on the target when it returns. `final` says that nothing writes any more.
   * @throws MOVE_REFUSED naming what cannot be carried, DISK_FULL, MOVE_FAILED
   */
  round(options: { readonly final: boolean }): Promise<CopyRound>;
  /** Reads the target again while the source still changes, so that a later `verify` without `full` has little left to read. */
  prehash(): Promise<void>;
  /**
   * Hashes names, attributes and content on both sides. `full` (default) reads everything again; without it, files whose times
   * did not move since they were hashed are not read.
   */
  verify(options?: { readonly full?: boolean }): Promise<Proof>;
  /**
   * Hash of what the last `verify` proved equal, times left out, as receipts have it. Made in the background so that no cut waits for
   * it: undefined until it is there.
   */
  readonly provedData: string | undefined;
  /** Settles when neither end has the data mounted any more. */
  end(): Promise<void>;
  /** The same, and the containers are gone. */
  close(): Promise<void>;
}

export async function openCopy(request: CopyRequest): Promise<CopySession> {
  await Promise.all([request.source, request.target].map((side) => requirePlace(side.docker, side)));
  const { source, target } = await openEnds(request);
  const session = new JoinedCopy(request, source, target);
  try {
    if (request.existing === "replace") await session.takeInventory();
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function openEnds({ source, target, allowDevices, moverDir }: CopyRequest): Promise<{ source: CopyEnd; target: CopyEnd }> {
  const from = await openCopyEnd(source.docker, "source", {
    args: ["send", "--volume", mountPath, ...(allowDevices ? ["--allow-devices"] : [])],
    ...mountOf(source, false),
    capabilities: readingCapabilities,
    moverDir,
  });
  try {
    const to = await openCopyEnd(target.docker, "target", {
      args: ["receive", "--volume", mountPath],
      ...mountOf(target, true),
      capabilities: writingCapabilities,
      moverDir,
    });
    return { source: from, target: to };
  } catch (error) {
    await from.close();
    throw error;
  }
}
