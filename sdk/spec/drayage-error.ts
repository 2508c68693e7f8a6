/**
 * Every failure a user can meet. A code names the cause once and for ever; its number is what `dray` exits with.
 * The table in docs/errors.md is checked against this one.
 */
export const exitCodes = {
  INTERNAL: 1,
  USAGE: 1,
  CHANGES_PENDING: 2,
  INVALID_PROGRAM: 3,
  INVALID_CONTEXT: 3,
  STACK_UID_MISSING: 3,
  NOT_SUPPORTED: 3,
  PULUMI_MISSING: 3,
  PULUMI_FAILED: 1,
  PACKAGE_MISSING: 3,
  NOT_FOUND: 3,
  SECRET_MISSING: 3,
  HOST_UNREACHABLE: 4,
  HOST_NAME_UNKNOWN: 4,
  HOST_REFUSED: 4,
  HOST_TIMEOUT: 4,
  PERMISSION_DENIED: 4,
  SUDO_REQUIRED: 4,
  PREPARE_FAILED: 4,
  DOCKER_MISSING: 4,
  DOCKER_PERMISSION: 4,
  DOCKER_TOO_OLD: 4,
  DOCKER_FAILED: 1,
  HOST_UNSUPPORTED: 4,
  HOST_REPLACED: 4,
  HOST_CLONED: 5,
  HOST_KEY_UNKNOWN: 5,
  HOST_KEY_CHANGED: 5,
  BUILD_FAILED: 6,
  CONTEXT_CHANGED: 6,
  IMAGE_NOT_FOUND: 6,
  REGISTRY_AUTH: 6,
  REGISTRY_UNREACHABLE: 6,
  REGISTRY_INSECURE: 6,
  IMAGE_MISMATCH: 6,
  ARCH_MISMATCH: 6,
  PORT_TAKEN: 7,
  NAME_TAKEN: 7,
  DISK_FULL: 8,
  GATE_FAILED: 9,
  START_FAILED: 9,
  LOCKED: 10,
  LEASE_LOST: 10,
  STACK_LOCKED: 10,
  OWNED_ELSEWHERE: 10,
  RECORD_UNREADABLE: 10,
  PARTIAL: 11,
  WORLD_MOVED: 11,
  PROMOTE_REFUSED: 12,
  MOVE_REFUSED: 12,
  MOVE_FAILED: 12,
  VERIFY_FAILED: 12,
  DATA_PROTECTED: 12,
  EXPORT_FAILED: 12,
  EXPORT_UNREADABLE: 12,
  DISK_REFUSED: 12,
  TIMED_OUT: 11,
  NEEDS_UNMET: 13,
  DIFFERENT: 14,
  CANCELLED: 130,
} as const;

export type ErrorCode = keyof typeof exitCodes;

export interface ErrorDetails {
  /** Which resource on which host: `shop/api on rack`, `services.api.ports[0]`. */
  readonly subject?: string;
  /** The next command or line to write; one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one error that leaves a room of drayage. Thrown once, printed once. */
export class DrayageError extends Error {
  readonly code: ErrorCode;
  readonly subject: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "DrayageError";
    this.code = code;
    this.subject = details.subject;
    this.hint = details.hint;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** One mistake in what the user wrote, by property path. Mistakes of one program are reported together. */
export interface Problem {
  /** `services.api.ports[0]`, relative to the resource; "" for the resource itself. */
  readonly path: string;
  /** What was expected and what was given. Never holds a secret value. */
  readonly reason: string;
}
