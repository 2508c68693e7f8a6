/** What a failed Docker call means. Pure: the words of the daemon in, one DrayageError out. */
import { DrayageError, type ErrorCode } from "../../spec/drayage-error";
import { registryRules } from "./registry-errors";

export interface DockerFailure {
  /** The program's name for the host. */
  readonly host: string;
  /** What was tried, in the user's words: `start container shop-1a2b3c-api-1-g4`. */
  readonly action: string;
  /** HTTP status; absent when no answer came, or when the error stood inside a 200 stream. */
  readonly status?: number | undefined;
  /** errno of the socket: ECONNREFUSED, ENOENT, EACCES, ECONNRESET, … */
  readonly systemCode?: string | undefined;
  /** The daemon's own words, or the socket's. */
  readonly message: string;
}

/** The daemon's answer as it came; the cause of the DrayageError made from it. */
export class DockerReply extends Error {
  constructor(
    readonly status: number | undefined,
    message: string,
  ) {
    super(message);
    this.name = "DockerReply";
  }
}

export function dockerError(failure: DockerFailure): DrayageError {
  const rule = rules.find((candidate) => candidate.matches(failure));
  const { code, message, hint } = rule ? rule.explain(failure) : unexplained(failure);
  return new DrayageError(code, message, {
    subject: `${failure.action} on ${failure.host}`,
    ...(hint === undefined ? {} : { hint }),
    cause: new DockerReply(failure.status, failure.message),
  });
}

/** The status of the daemon's answer behind an error made here; undefined for any other error. */
export function dockerStatus(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof DockerReply ? cause.status : undefined;
}

interface Explanation {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

export interface DockerRule {
  matches(failure: DockerFailure): boolean;
  explain(failure: DockerFailure): Explanation;
}

const says =
  (pattern: RegExp) =>
  ({ message }: DockerFailure): boolean =>
    pattern.test(message);

/** First match wins: the disk is named before the port, the port before the name. */
const rules: readonly DockerRule[] = [
  {
    matches: ({ systemCode }) => systemCode === "EACCES" || systemCode === "EPERM",
    explain: ({ host }) => ({
      code: "DOCKER_PERMISSION",
      message: `this user may not use the Docker socket of ${host}`,
      hint: "Add the user to the group docker on that host, then log in again.",
    }),
  },
  {
    matches: ({ systemCode }) => systemCode !== undefined,
    explain: ({ host, systemCode, message }) => ({
      code: "HOST_UNREACHABLE",
      message: `the Docker engine of ${host} did not answer: ${systemCode}, ${message}`,
      hint: "Whether the last step was done is unknown until the host answers; run the same command again.",
    }),
  },
  {
    matches: says(/no space left on device|disk quota exceeded/i),
    explain: ({ host, message }) => ({
      code: "DISK_FULL",
      message: `the disk of ${host} is full: ${message}`,
      hint: "Free space there (docker system df shows what Docker holds), then run the same command again.",
    }),
  },
  {
    matches: says(/port is already allocated|address already in use|ports are not available/i),
    explain: ({ host, message }) => ({
      code: "PORT_TAKEN",
      message: `${portIn(message)} is in use on ${host}: ${message}`,
      hint: "Stop what listens there, or publish another port.",
    }),
  },
  {
    matches: (failure) =>
      failure.status === 409 && /name .*already in use|with name .* already exists|name must be unique/i.test(failure.message),
    explain: ({ host, message }) => ({
      code: "NAME_TAKEN",
      message: `a name is taken on ${host}: ${message}`,
      hint: "Rename or remove the object that holds the name, if it is yours.",
    }),
  },
  ...registryRules,
  {
    matches: says(
      /no basic auth credentials|unauthorized|authentication required|incorrect username or password|\b40[13]\b.*(forbidden|denied)|^denied:/i,
    ),
    explain: ({ message }) => ({
      code: "REGISTRY_AUTH",
      message: `the registry refused the credentials: ${message}`,
      hint: "Log in on this machine with docker login for that registry, then run the same command again.",
    }),
  },
  {
    matches: says(
      /manifest unknown|manifest for .* not found|no such image|pull access denied|repository .* not found|no matching manifest|name unknown/i,
    ),
    explain: ({ message }) => ({
      code: "IMAGE_NOT_FOUND",
      message: `the image was not found: ${message}`,
      hint: "Check its name and tag; a private one needs docker login on this machine.",
    }),
  },
  {
    matches: ({ action, message }) =>
      action.startsWith("start ") &&
      /OCI runtime|failed to create (shim|task)|exec format error|executable file not found/i.test(message),
    explain: ({ message }) => ({ code: "START_FAILED", message: `the container could not start: ${message}` }),
  },
  {
    matches: ({ status }) => status === 404,
    explain: ({ host, message }) => ({ code: "NOT_FOUND", message: `not there on ${host}: ${message}` }),
  },
];

function unexplained({ status, message }: DockerFailure): Explanation {
  return { code: "DOCKER_FAILED", message: status === undefined ? message : `${message} (HTTP ${status})` };
}

function portIn(message: string): string {
  const port = /:(\d+)(?=: bind| failed|:? ?bind)/.exec(message)?.[1] ?? /:(\d{1,5})\b/.exec(message)?.[1];
  return port === undefined ? "a port" : `port ${port}`;
}
