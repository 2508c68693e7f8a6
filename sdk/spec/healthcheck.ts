/**
 * When a service counts as healthy. `command` runs inside the container, at the gate and later as Docker's health check.
 * `http` and `tcp` are asked by a helper in the workload's network at the gate only: they are not liveness. They are no part of the
 * container: another probe alone is asked of what runs, in that same up, and restarts nothing.
 */
import { commandLine } from "./command-line";
import { duration } from "./duration";
import type { Place } from "./place";
import { fields, flag, leaf, matching, type Reader, requireKeys, wholeNumber } from "./read";
import { isUnknown, UNKNOWN } from "./unknown";

export interface HealthcheckInput {
  /** A list runs as it is; a string runs in the container's shell. Exit code 0 = healthy. Compose: `test`. */
  readonly command?: string | readonly string[];
  readonly http?: HttpProbeInput;
  readonly tcp?: TcpProbeInput;
  /** Switches the image's own HEALTHCHECK off. Default false. Compose: `disable`. */
  readonly disable?: boolean;
  /** Time between two probes. Default "30s", as Docker; at the gate probes come much faster. Compose: `interval`. */
  readonly interval?: string;
  /** Time one probe may take. Default "30s", as Docker. Compose: `timeout`. */
  readonly timeout?: string;
  /** Failures in a row that make it unhealthy. Default 3, as Docker. Compose: `retries`. */
  readonly retries?: number;
  /** Time after the start in which failures do not count. Default 0, as Docker. Compose: `start_period`. */
  readonly startPeriod?: string;
}

export interface HttpProbeInput {
  /** Port inside the container. */
  readonly port: number;
  /** Default "/". */
  readonly path?: string;
  /** One status, or a range such as "200-299". Default "200-399". */
  readonly status?: number | string;
}

export interface TcpProbeInput {
  /** Port inside the container. */
  readonly port: number;
}

export type ProbeSpec =
  /** `shell`: one string for the container's shell (Docker's CMD-SHELL); `command`: arguments as they are (CMD). */
  | { readonly kind: "shell"; readonly script: string }
  | { readonly kind: "command"; readonly command: readonly string[] }
  | {
      readonly kind: "http";
      readonly port: number;
      readonly path: string;
      readonly statusFrom: number;
      readonly statusTo: number;
    }
  | { readonly kind: "tcp"; readonly port: number }
  /** The image's health check is switched off. */
  | { readonly kind: "none" };

export interface HealthcheckSpec {
  readonly probe: ProbeSpec;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

export function readHealthcheck(value: unknown, place: Place): HealthcheckSpec | undefined {
  if (isUnknown(value)) return { probe: { kind: "shell", script: UNKNOWN }, ...TIMES };
  const read = healthcheck(value, place);
  if (read === undefined) return undefined;
  const probe = chooseProbe(read, value, place);
  if (probe === undefined) return undefined;
  return {
    probe,
    intervalMs: read.interval ?? TIMES.intervalMs,
    timeoutMs: read.timeout ?? TIMES.timeoutMs,
    retries: read.retries ?? TIMES.retries,
    startPeriodMs: read.startPeriod ?? TIMES.startPeriodMs,
  };
}

const TIMES = { intervalMs: 30_000, timeoutMs: 30_000, retries: 3, startPeriodMs: 0 };
const port = wholeNumber(1, 65_535);
/** 0 means "the default" to Docker. */
const someTime: Reader<number> = (value, place) => {
  const read = duration(value, place);
  return read === 0 ? place.expected("a duration above 0", value) : read;
};
const status = leaf('a status such as 200 or "200-299"', (value) => {
  const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(String(value));
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  return match !== null && from <= to ? { from, to } : undefined;
});
const probeCommand = (value: unknown, place: Place): ProbeSpec | undefined => {
  if (typeof value === "string") return value === "" ? place.expected("a command", value) : { kind: "shell", script: value };
  const command = commandLine(value, place);
  if (command === undefined) return undefined;
  const [first, second] = command;
  // Compose's words, with which its lists begin.
  if (first === "NONE") return { kind: "none" };
  if (first === "CMD-SHELL" && second !== undefined) return { kind: "shell", script: second };
  const words = first === "CMD" ? command.slice(1) : command;
  return words.length === 0 ? place.problem("expected a command, got an empty list") : { kind: "command", command: words };
};
const httpProbe = fields({ port, path: matching("a path that starts with '/'", /^\//), status });
const tcpProbe = fields({ port });
const healthcheck = fields(
  {
    command: probeCommand,
    http: httpProbe,
    tcp: tcpProbe,
    disable: flag,
    interval: someTime,
    timeout: someTime,
    retries: wholeNumber(1, 1_000),
    startPeriod: duration,
  },
  { test: "write it as 'command'", startInterval: "the gate probes many times a second by itself: leave it out" },
);

function chooseProbe(read: NonNullable<ReturnType<typeof healthcheck>>, value: unknown, place: Place): ProbeSpec | undefined {
  const given = value as Record<string, unknown>;
  const written = ["command", "http", "tcp"].filter((kind) => given[kind] != null);
  for (const kind of ["http", "tcp"])
    requireKeys(given[kind], ["port"], place.key(kind), "is missing: the port inside the container");
  if (read.disable === true)
    return written.length === 0 ? { kind: "none" } : place.problem(`is disabled and has '${written[0]}'; keep one of them`);
  if (written.length !== 1) {
    return place.problem(
      written.length === 0 ? "expected one of command, http, tcp" : `has ${written.join(" and ")}; keep one of them`,
    );
  }
  if (read.command !== undefined) return read.command;
  if (read.tcp !== undefined) return withPort(read.tcp.port, (at) => ({ kind: "tcp", port: at }));
  const http = read.http;
  if (http === undefined) return undefined;
  const range =
    typeof http.status === "object" ? http.status : http.status === undefined ? { from: 200, to: 399 } : UNKNOWN_RANGE;
  return withPort(http.port, (at) => ({
    kind: "http",
    port: at,
    path: http.path ?? "/",
    statusFrom: range.from,
    statusTo: range.to,
  }));
}

function withPort(at: number | undefined, make: (port: number) => ProbeSpec): ProbeSpec | undefined {
  return at === undefined ? undefined : make(at);
}

const UNKNOWN_RANGE = { from: UNKNOWN, to: UNKNOWN } as unknown as { from: number; to: number };
