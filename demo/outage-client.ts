/**
 * An open-loop client: asks every 20 ms on a new connection, whether or not the last answer came, on all addresses at once.
 * The outage is the longest time in which no address answered.
 */
import { request } from "node:http";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface OutageReport {
  readonly asked: number;
  readonly answered: number;
  /** Longest gap between two answers, seconds. */
  readonly longestGapSeconds: number;
  /** Answers per address, `host:port`. */
  readonly byAddress: Readonly<Record<string, number>>;
}

/** One question to one address; resolves when it was answered well, rejects otherwise. */
export type Question = (address: Address) => Promise<void>;

export class OutageClient {
  private readonly answers: number[] = [];
  private readonly byAddress: Record<string, number> = {};
  private readonly open = new Set<Promise<void>>();
  private readonly began = performance.now();
  private asked = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly question: Question,
    private readonly addresses: readonly Address[],
    everyMilliseconds = 20,
  ) {
    this.timer = setInterval(() => this.ask(), everyMilliseconds);
  }

  async stop(): Promise<OutageReport> {
    clearInterval(this.timer);
    await Promise.allSettled([...this.open]);
    return { asked: this.asked, answered: this.answers.length, longestGapSeconds: this.longestGap(), byAddress: this.byAddress };
  }

  private ask(): void {
    if (this.open.size > 400) return;
    for (const address of this.addresses) {
      this.asked += 1;
      const asking = this.question(address)
        .then(() => this.answer(address))
        .catch(() => undefined)
        .finally(() => this.open.delete(asking));
      this.open.add(asking);
    }
  }

  private answer(address: Address): void {
    this.answers.push(performance.now());
    const key = `${address.host}:${address.port}`;
    this.byAddress[key] = (this.byAddress[key] ?? 0) + 1;
  }

  private longestGap(): number {
    const moments = [this.began, ...this.answers, performance.now()];
    const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment));
    return Math.max(...gaps) / 1000;
  }
}

export function httpQuestion(path: string): Question {
  return ({ host, port }) =>
    new Promise((done, fail) => {
      const asking = request({ host, port, path, agent: false, timeout: 2000 }, (response) => {
        response.resume();
        response.on("end", () => (response.statusCode === 200 ? done() : fail(new Error(`status ${response.statusCode}`))));
      });
      asking.on("timeout", () => asking.destroy(new Error("timeout")));
      asking.on("error", fail);
      asking.end();
    });
}
