import type { Plan } from "../engine/plan/plan";
import type { Report } from "../engine/report";
import type { FunctionTable } from "./functions";
import type { PlainRecord } from "./plain";
import type { Redact } from "./redact";
import type { HandlerTable } from "./resource-handler";

export interface ProviderOptions {
  readonly handlers: HandlerTable;
  /** Default none. */
  readonly functions?: FunctionTable;
  /** Sees the package's configuration, once for each of its providers; what it throws fails the run. Default: there is none to see. */
  readonly configure?: (config: PlainRecord) => void;
  /** Of the package; the engine warns when it is not what the program asked for. */
  readonly version: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Where the engine that started this process takes log lines; attached engines tell theirs. */
  readonly engineAddress?: string;
  /** Sees the same as Pulumi's log, structured: what `dray` renders when the provider lives in its process. */
  readonly observer?: ProviderObserver;
  /** Values that no message may hold, beside the secrets of the operation it is about. Default none. */
  readonly secretValues?: () => Iterable<string>;
  /** An engine begins a run: one process may serve several, one after the other. */
  readonly onRun?: () => Promise<void>;
  /** Called by stop: closes what the handlers hold. */
  readonly onStop?: () => Promise<void>;
}

/** `redact` blots the operation's secrets out of text that is shown: a container's last lines may hold one. */
export interface ProviderObserver {
  /** Takes the place of Pulumi's log for this operation when it yields a report. */
  report(urn: string, preview: boolean, redact: Redact): Report | undefined;
  failed(urn: string, error: unknown, redact: Redact): void;
  /** What a person has agreed to for this resource: its apply does no more, or fails before it begins. */
  reviewed?(urn: string): Plan | undefined;
  /** The same for its deletion, where "nothing was shown" is held to as well; undefined: nobody was asked. */
  reviewedRemoval?(urn: string): Plan | undefined;
}

export interface RunningProvider {
  readonly port: number;
  /** Operations in flight get `graceMs` to end by themselves. Default 0. */
  stop(options?: { graceMs?: number }): Promise<void>;
}
