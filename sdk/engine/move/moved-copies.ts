/** What a move carries, each volume and folder by a copy of its own: live rounds, the last pass, the proof. */
import { createHash } from "node:crypto";
import { DrayageError } from "../../spec/drayage-error";
import { type CopyRound, type CopySession, openCopy } from "../data/copy-session";
import type { HostHandle } from "../host/host-handle";
import { formatBytes, formatSeconds } from "../plan/format-plan";
import type { ExecutorContext } from "../plan/run-plan";
import type { DataProof } from "../receipt/receipt-summary";
import type { MovedVolume, MoveFacts } from "./move-facts";

/** Live rounds end when the next one would save nothing. */
const maximumRounds = 5;
const settledBytes = 4e6;

export interface CopiedSides {
  readonly facts: MoveFacts;
  readonly from: HostHandle;
  readonly to: HostHandle;
}

export class MovedCopies {
  private readonly copies = new Map<string, CopySession>();
  bytes = 0;

  constructor(private readonly sides: CopiedSides) {}

  /** Containers on the source that have the data mounted to read it. */
  get readers(): string[] {
    return [...this.copies.values()].map((copy) => copy.sourceContainer);
  }

  async copyLive(name: string, context: ExecutorContext): Promise<void> {
    await this.roundsUntilSettled(await this.copyOf(name, context), context);
  }

  /** While the source serves: what changed meanwhile goes over, and both sides are hashed once. */
  async sync(context: ExecutorContext): Promise<void> {
    for (const copy of this.copies.values()) {
      await this.roundsUntilSettled(copy, context);
      await copy.prehash();
    }
    await this.pass(false, context);
  }

  /** `final` says that nothing writes any more. */
  async pass(final: boolean, context: ExecutorContext): Promise<void> {
    const before = this.bytes;
    const one = async (copy: CopySession): Promise<void> => {
      const sent = await copy.round({ final });
      this.bytes += sent.bytes;
      const text = `${final ? "last pass" : "sync"}: ${formatRound(sent)}`;
      context.progress({ done: this.bytes - before, unit: "bytes", text });
    };
    await Promise.all([...this.copies.values()].map(one));
  }

  /** Yields one hash for all of it. @throws VERIFY_FAILED naming what differs */
  async verify(): Promise<string> {
    const proofs = await Promise.all(
      [...this.copies].map(async ([name, copy]) => ({ name, proof: await copy.verify({ full: false }) })),
    );
    const wrong = proofs.filter(({ proof }) => !proof.equal);
    if (wrong.length === 0) return combined(proofs.map(({ name, proof }) => `${name}=${proof.rootHash}`));
    const { facts, to } = this.sides;
    const named = wrong.map(({ name, proof }) => `${name}: ${proof.differences.slice(0, 5).join(", ")}`).join("; ");
    throw new DrayageError("VERIFY_FAILED", `the copy differs from its source: ${named}`, {
      subject: `${facts.workload} on ${to.name}`,
      hint: `Nothing was handed over. Run the same command again; if it happens again, check the disk of ${to.name}.`,
    });
  }

  /** Volume → what it held when both sides were proved equal. Some may be missing: nothing waits for it. */
  proved(at: string): Record<string, DataProof> {
    const proofs: Record<string, DataProof> = {};
    for (const { name, folder } of this.sides.facts.volumes) {
      const hash = this.copies.get(name)?.provedData;
      if (hash !== undefined && folder === undefined) proofs[name] = { hash, at };
    }
    return proofs;
  }

  /** Settles when the helpers have ended, and with them their hold on the data; their containers go a moment later. */
  async end(): Promise<void> {
    await Promise.all([...this.copies.values()].map((copy) => copy.end()));
  }

  /** The same, and the containers are gone. */
  async close(): Promise<void> {
    await Promise.all([...this.copies.values()].map((copy) => copy.close()));
  }

  private async roundsUntilSettled(copy: CopySession, context: ExecutorContext): Promise<void> {
    const before = this.bytes;
    let last = Number.POSITIVE_INFINITY;
    for (let round = 1; round <= maximumRounds && !context.signal.aborted; round += 1) {
      const sent = await copy.round({ final: false });
      this.bytes += sent.bytes;
      context.progress({ done: this.bytes - before, unit: "bytes", text: `round ${round}: ${formatRound(sent)}` });
      if (sent.bytes < settledBytes || sent.bytes > last * 0.8) return;
      last = sent.bytes;
    }
  }

  private async copyOf(name: string, context: ExecutorContext): Promise<CopySession> {
    const known = this.copies.get(name);
    if (known) return known;
    const { facts, from, to } = this.sides;
    const volume = facts.volumes.find((each) => each.name === name);
    if (volume === undefined) throw new Error(`no volume ${name} in the plan`);
    const place = (at: string) => (volume.folder ? { folder: at } : { volume: at });
    const copy = await openCopy({
      source: { docker: from.docker, ...place(volume.source) },
      target: { docker: to.docker, ...place(volume.target) },
      existing: existingOf(volume),
      context,
      progress: context.progress,
    });
    this.copies.set(name, copy);
    return copy;
  }
}

/** Docker may have filled a new volume from the image: it becomes the source's equal, whatever it holds. A folder must be empty. */
function existingOf({ folder }: MovedVolume): "refuse" | "replace" {
  return folder === undefined ? "replace" : "refuse";
}

function formatRound({ bytes, seconds }: CopyRound): string {
  return `${formatBytes(bytes)} in ${formatSeconds(seconds)}`;
}

function combined(parts: readonly string[]): string {
  return createHash("sha256")
    .update([...parts].sort().join("\n"))
    .digest("hex");
}
