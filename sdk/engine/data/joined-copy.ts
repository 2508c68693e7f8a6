/** Two ends of a copy joined: the source's frames flow into the target, and both answers to each order are judged. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { Line } from "../host/mover-lines";
import { compareListings, type ListedEntry, listedEntry } from "./compare-listings";
import type { CopyEnd } from "./copy-end";
import { placeName } from "./copy-place";
import type { CopyRequest, CopyRound, CopySession, Proof } from "./copy-session";
import { type VolumeSurvey, volumeSurvey } from "./measure-volumes";
import { printablePath } from "./printable-path";

const roundReply = z.object({
  round: z.number(),
  bytes: z.number(),
  read: z.number(),
  totalFiles: z.number(),
  changed: z.array(z.string()).optional(),
});
const applied = z.object({
  round: z.number(),
  refused: z.array(z.object({ path: z.string(), what: z.string() })).optional(),
  refusedTotal: z.number().optional(),
});
const digestReply = z.object({ digest: z.string() });
const rootReply = z.object({ root: z.string(), files: z.number(), bytes: z.number() });

export class JoinedCopy implements CopySession {
  readonly sourceContainer: string;
  readonly targetContainer: string;
  private readonly failed: Promise<never>;
  /** One order at a time: orders to the target travel between the frames of rounds. */
  private turn: Promise<unknown> = Promise.resolve();
  provedData: string | undefined;

  constructor(
    private readonly request: CopyRequest,
    private readonly source: CopyEnd,
    private readonly target: CopyEnd,
  ) {
    this.sourceContainer = source.mover.id;
    this.targetContainer = target.mover.id;
    this.failed = Promise.race([source.death, target.death, aborted(request.context.signal)]);
    this.failed.catch(() => undefined);
    // Through the operator, with backpressure; an end that dies shows on its replies.
    source.mover.attached.stdout.on("error", () => undefined);
    source.mover.attached.stdout.pipe(target.mover.attached.stdin, { end: false });
  }

  scan(): Promise<VolumeSurvey> {
    return this.inTurn(async () => volumeSurvey.parse(await this.source.ask({ op: "scan" })));
  }

  round({ final }: { readonly final: boolean }): Promise<CopyRound> {
    return this.inTurn(async () => {
      const { clock } = this.request.context;
      const began = clock.monotonic();
      this.source.listen((line) => this.report(line));
      const arrived = new Promise<z.infer<typeof applied>>((resolve, reject) => {
        this.target.listen((line) => {
          const parsed = applied.safeParse(line.applied);
          if (parsed.success) resolve(parsed.data);
          else reject(parsed.error);
        });
      });
      const [sent, done] = await Promise.all([this.source.ask({ op: "round", final }), arrived]);
      const { bytes, read, totalFiles, changed } = roundReply.parse(sent);
      this.refuseLosses(done);
      const changing = (changed ?? []).map(printablePath);
      if (final && changing.length > 0) throw this.notQuiet(changing);
      return { bytes, readBytes: read, files: totalFiles, seconds: (clock.monotonic() - began) / 1000, changing };
    });
  }

  prehash(): Promise<void> {
    return this.inTurn(async () => void (await this.target.command({ op: "root", full: true })));
  }

  verify({ full = true }: { readonly full?: boolean } = {}): Promise<Proof> {
    return this.inTurn(async () => {
      const [ours, theirs] = await Promise.all([
        this.source.ask({ op: "root", full }).then((reply) => rootReply.parse(reply)),
        this.target.command({ op: "root", full }).then((reply) => rootReply.parse(reply)),
      ]);
      const { root: rootHash, bytes, files } = ours;
      if (theirs.root === rootHash) {
        this.learnProvedData();
        return { equal: true, rootHash, differences: [], bytes, files };
      }
      const differences = compareListings(
        await listing(this.source, (order) => this.source.ask(order)),
        await listing(this.target, (order) => this.target.command(order)),
      );
      const named =
        differences.length > 0 ? differences : ["the trees differed, and do no longer: something writes to one of them"];
      return { equal: false, rootHash, differences: named, bytes, files };
    });
  }

  /** Tells a new sender what the target already holds. */
  takeInventory(): Promise<void> {
    return this.inTurn(async () => {
      const { stdin } = this.source.mover.attached;
      const { stdout } = this.target.mover.attached;
      const known = this.source.ask({ op: "known" });
      stdout.pipe(stdin, { end: false });
      await Promise.all([known, this.target.command({ op: "inventory" })]);
      stdout.unpipe(stdin);
    });
  }

  async end(): Promise<void> {
    // A pipe into an end that closes would pause this stream, and its end would never be seen.
    this.source.mover.attached.stdout.unpipe();
    await Promise.all([this.source.end(), this.target.end()]);
  }

  async close(): Promise<void> {
    await this.end();
    await Promise.all([this.source.close(), this.target.close()]);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(() => Promise.race([work(), this.failed]));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private learnProvedData(): void {
    const learn = (reply: Line): void => {
      this.provedData = digestReply.parse(reply).digest;
    };
    this.source.ask({ op: "digest" }).then(learn, () => undefined);
  }

  private report(line: Line): void {
    const progress = line.progress as { bytes: number; read: number; totalRead: number } | undefined;
    if (progress) this.request.progress?.({ done: progress.read, total: progress.totalRead, unit: "bytes" });
  }

  private refuseLosses({ refused = [], refusedTotal = 0 }: z.infer<typeof applied>): void {
    if (refusedTotal === 0) return;
    const named = refused.map(({ path, what }) => `${printablePath(path)}: ${what}`).join("; ");
    const more = refusedTotal > refused.length ? `; and ${refusedTotal - refused.length} more` : "";
    const { target } = this.request;
    throw new DrayageError("MOVE_REFUSED", `the target does not accept what the volume holds: ${named}${more}`, {
      subject: `${placeName(target)} on ${target.docker.host}`,
      hint: "Use a target whose file system carries these, or remove them on the source.",
    });
  }

  private notQuiet(changing: readonly string[]): DrayageError {
    const { source } = this.request;
    return new DrayageError("MOVE_FAILED", `something still writes to the source: ${changing.slice(0, 5).join(", ")}`, {
      subject: `${placeName(source)} on ${source.docker.host}`,
      hint: "Nothing was handed over. Find what writes to the volume, then run the command again.",
    });
  }
}

async function listing(end: CopyEnd, order: (request: Line) => Promise<Line>): Promise<ListedEntry[]> {
  const entries: ListedEntry[] = [];
  end.listen((line) => entries.push(listedEntry.parse(line.entry)));
  await order({ op: "list", full: true });
  return entries;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const cancel = (): void => reject(new DrayageError("CANCELLED", "the copy was cancelled"));
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}
