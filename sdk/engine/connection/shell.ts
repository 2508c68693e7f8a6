/**
 * Fixed scripts on a host, over the same ssh master that its Docker connection uses: for what must be done before an engine answers
 * there (prepare, host keys). Everything else goes through the Docker API.
 */
import type { Readable, Writable } from "node:stream";
import type { SshConnectionSpec } from "./connection";

/** A script without a hole: only `fixedScript` makes one, and that takes no values. */
export type FixedScript = string & { readonly fixedScript: unique symbol };

/**
 * A script as it is written, backslashes included; only `\${` stands for the shell's own `${`. A substitution is a compile error:
 * values go in by `input`, never into the text.
 *
 * @example
 * const whoAmI = fixedScript`id -un`;
 */
export function fixedScript({ raw }: TemplateStringsArray): FixedScript {
  return raw.join("").replaceAll("\\${", "${") as FixedScript;
}

/** Several fixed scripts one after the other. */
export function joinScripts(...scripts: readonly FixedScript[]): FixedScript {
  return scripts.join("\n") as FixedScript;
}

export interface ShellOptions {
  /** What the script finds on its stdin; the place for values. Default nothing. */
  readonly input?: string;
  /** As root: directly, or by password-less sudo. Default false: as the user that ssh logs in. */
  readonly root?: boolean;
  /** Ends the local ssh after so long; the script may go on. Default 30 seconds. */
  readonly deadlineMs?: number;
  /** The same, when somebody has had enough. */
  readonly signal?: AbortSignal;
  /** Each whole line of stdout as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Bytes that a script takes or gives, too many for text. */
export interface ShellStream {
  /** Text that the script finds on its stdin before `stdin`. Default nothing. */
  readonly input?: string;
  /** Default: stdin ends after `input`. */
  readonly stdin?: Readable;
  /** Gets stdout, and is ended by it. Default: stdout is thrown away. */
  readonly stdout?: Writable;
  readonly signal?: AbortSignal | undefined;
}

export interface ShellRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Shell {
  /** The program's name for the host. */
  readonly host: string;
  readonly spec: SshConnectionSpec;
  /** The full public key that was verified, `ssh-ed25519 AAAA…`; undefined where the user's own KnownHostsCommand did it. */
  readonly hostKey: string | undefined;
  /**
   * Runs a POSIX script by /bin/sh; a failing exit code is the caller's to judge. A master that is gone is dialled again, unless the
   * script may have begun.
   * @throws HOST_* PERMISSION_DENIED SUDO_REQUIRED TIMED_OUT CANCELLED
   */
  run(script: FixedScript, options?: ShellOptions): Promise<ShellRun>;
  /**
   * Runs a POSIX script as the user that ssh logs in, with streams; yields its exit code and stderr. Without a deadline: it lasts as
   * long as its bytes. @throws HOST_UNREACHABLE CANCELLED, and what a stream failed with
   */
  stream(script: FixedScript, streams: ShellStream): Promise<Omit<ShellRun, "stdout">>;
}
