/**
 * Each provider resource of a run is a connection of its own. Cancel comes per connection, at Ctrl-C and (from 3.232) at every
 * normal close, also between preview and update: it ends what that peer has in flight and nothing else, and poisons nothing.
 */
import { DrayageError } from "../spec/drayage-error";
import { connectEngineLog, type EngineLog, silentEngineLog } from "./engine-log";

export interface InFlight {
  readonly signal: AbortSignal;
  /** Must be called when the answer was given: gRPC tells `cancelled` for finished calls as well. */
  end(): void;
  abort(reason: DrayageError): void;
}

export interface Peers {
  begin(peer: string): InFlight;
  cancel(peer: string): void;
  /** Where the engine behind this peer takes log lines. */
  attach(peer: string, engineAddress: string): void;
  log(peer: string): EngineLog;
  isIdle(): boolean;
  /** Resolves when nothing is in flight any more, at the latest after the given time. */
  idle(withinMs: number): Promise<void>;
  close(): void;
}

export function createPeers(fallbackEngineAddress?: string): Peers {
  const inFlight = new Map<string, Set<InFlight>>();
  const waiting: (() => void)[] = [];
  const addresses = new Map<string, string>();
  const logs = new Map<string, EngineLog>();
  const logAt = (address: string): EngineLog => {
    const log = logs.get(address) ?? connectEngineLog(address);
    logs.set(address, log);
    return log;
  };
  return {
    begin(peer) {
      const controller = new AbortController();
      const running = inFlight.get(peer) ?? new Set();
      inFlight.set(peer, running);
      const call: InFlight = {
        signal: controller.signal,
        abort: (reason) => controller.abort(reason),
        end: () => {
          running.delete(call);
          if (running.size > 0) return;
          inFlight.delete(peer);
          if (inFlight.size === 0) for (const tell of waiting.splice(0)) tell();
        },
      };
      running.add(call);
      return call;
    },
    cancel(peer) {
      for (const call of inFlight.get(peer) ?? []) call.abort(new DrayageError("CANCELLED", "cancelled"));
    },
    attach: (peer, address) => void addresses.set(peer, address),
    log(peer) {
      const address = addresses.get(peer) ?? fallbackEngineAddress;
      return address === undefined || address === "" ? silentEngineLog : logAt(address);
    },
    isIdle: () => inFlight.size === 0,
    async idle(withinMs) {
      if (inFlight.size === 0 || withinMs === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
    close() {
      for (const log of logs.values()) log.close();
    },
  };
}
