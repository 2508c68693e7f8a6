/** Arguments of the system's ssh. Pure; every value is an argument of its own or an option checked for it, never shell text. */
import { createHash } from "node:crypto";
import { DrayageError } from "../../spec/drayage-error";
import type { SshConnectionSpec } from "./connection";
import { identityFiles } from "./key-paths";

export const defaultRemoteSocket = "/var/run/docker.sock";

/** How the master learns whether the host's key is the right one. */
export interface HostKeyQuestion {
  /** Absolute path of the script that records the offered key, and confirms it when it is the wanted one. */
  readonly script: string;
  readonly record: string;
  /** Undefined: the user's known_hosts decide, the script only records. */
  readonly wanted?: string;
  readonly algorithms?: readonly string[];
}

/** @throws INVALID_PROGRAM for values that ssh would read as options or patterns. */
export function checkSshSpec(host: string, spec: SshConnectionSpec): void {
  const refuse = (field: string, value: string, reason: string): never => {
    throw new DrayageError("INVALID_PROGRAM", `${field} of ${host} ${reason}: ${JSON.stringify(value)}`, {
      subject: `${host}.${field}`,
    });
  };
  const { address, user, proxyJump, proxyCommand, socket } = spec;
  for (const [field, values] of Object.entries({
    address,
    user,
    proxyJump,
    proxyCommand,
    socket,
    identityFile: identityFiles(spec),
  }))
    for (const value of [values ?? []].flat()) {
      if (value === "" || value.startsWith("-")) refuse(field, value, "must not be empty or start with a dash");
      if (hasControl(value)) refuse(field, value, "must not hold control characters");
    }
  for (const field of ["address", "user", "proxyJump"] as const)
    if (/[\s"'`\\$;&<>|(){}%]/.test(spec[field] ?? "")) refuse(field, spec[field] ?? "", "holds a character that no name has");
  if (address.includes("@")) refuse("address", address, "must not hold the user; it has a field of its own");
  if (proxyJump !== undefined && proxyCommand !== undefined) refuse("proxyCommand", proxyCommand, "excludes proxyJump");
  if (socket !== undefined && !/^\/[^:%"\\[\]]+$/.test(socket)) refuse("socket", socket, "must be a plain absolute path");
  if (spec.port !== undefined && !(Number.isInteger(spec.port) && spec.port > 0 && spec.port < 65536))
    refuse("port", String(spec.port), "must be between 1 and 65535");
}

/** Names everything that belongs to one way of reaching one host; a changed pin is another way. */
export function connectionKey(spec: unknown, surroundings: readonly unknown[]): string {
  const sorted = (value: unknown): unknown =>
    typeof value === "object" && value !== null ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value;
  return createHash("sha256")
    .update(JSON.stringify([sorted(spec), ...surroundings]))
    .digest("hex")
    .slice(0, 16);
}

/** Goes to the background when it is authenticated; exit code 0 means that it is. */
export function masterArguments(
  spec: SshConnectionSpec,
  controlPath: string,
  persistSeconds: number,
  question: HostKeyQuestion,
): string[] {
  return [
    ...["-f", "-N", "-T", "-x", "-a", "-S", controlPath],
    ...options({
      ControlMaster: "yes",
      ControlPersist: String(persistSeconds),
      BatchMode: "yes",
      ConnectTimeout: "10",
      ConnectionAttempts: "1",
      ServerAliveInterval: "15",
      ServerAliveCountMax: "3",
      StreamLocalBindUnlink: "yes",
      StreamLocalBindMask: "0177",
      // The user's forwards and commands for this host are meant for shells, not for a master in the background.
      ClearAllForwardings: "yes",
      PermitLocalCommand: "no",
      RemoteCommand: "none",
      Tunnel: "no",
      // Below INFO ssh does not say that a connection was closed or that no host key type is shared.
      LogLevel: "INFO",
      ...hostKeyOptions(question),
    }),
    ...(spec.user === undefined ? [] : ["-l", spec.user]),
    ...(spec.port === undefined ? [] : ["-p", String(spec.port)]),
    ...identityFiles(spec).flatMap((path) => ["-i", path]),
    ...(identityFiles(spec).length === 0 ? [] : ["-o", "IdentitiesOnly=yes"]),
    ...(spec.proxyJump === undefined ? [] : ["-J", spec.proxyJump]),
    // The user's own words for ssh and for nobody else: it fills in %h and %p itself.
    ...(spec.proxyCommand === undefined ? [] : ["-o", `ProxyCommand=${spec.proxyCommand}`]),
    "--",
    spec.address,
  ];
}

/** The same way to the host, in the foreground and without logging in: what hosts on the way say is then heard. */
export function diagnosisArguments(spec: SshConnectionSpec, question: HostKeyQuestion): string[] {
  const first = options({ ControlMaster: "no", ControlPersist: "no", PreferredAuthentications: "none" });
  return [...first, ...masterArguments(spec, "none", 0, question).filter((argument) => argument !== "-f")];
}

export type MasterCommand =
  | { readonly kind: "check" | "exit" | "stop" }
  | { readonly kind: "forward" | "cancel"; readonly local: string; readonly remote: string }
  | { readonly kind: "forwardBack" | "cancelBack"; readonly port: number };

/** Speaks to a running master; never opens a connection of its own. */
export function masterCommandArguments(controlPath: string, command: MasterCommand): string[] {
  switch (command.kind) {
    case "check":
    case "exit":
    case "stop":
      return overMaster(controlPath, ["-O", command.kind]);
    case "forward":
    case "cancel":
      return overMaster(controlPath, ["-O", command.kind, "-L", `${command.local}:${command.remote}`]);
    case "forwardBack":
    case "cancelBack":
      return overMaster(controlPath, [
        ...["-O", command.kind === "forwardBack" ? "forward" : "cancel"],
        ...["-R", `127.0.0.1:0:127.0.0.1:${command.port}`],
      ]);
  }
}

/** A fixed command on the host, through the master. `command` is a constant of ours, never built from values. */
export const remoteCommandArguments = (controlPath: string, command: string): string[] => [
  ...overMaster(controlPath, ["-T", "-x", "-a"]),
  command,
];

function overMaster(controlPath: string, action: readonly string[]): string[] {
  // Without a master ssh would quietly dial by itself, past our pin; a proxy that fails makes that impossible.
  const only = options({ ControlMaster: "no", ProxyCommand: "/bin/false", BatchMode: "yes", StreamLocalBindMask: "0177" });
  return ["-F", "/dev/null", "-S", controlPath, ...only, ...action, "--", "master"];
}

function hostKeyOptions(question: HostKeyQuestion): Record<string, string> {
  const command = `/bin/sh "${question.script}" "${question.record}" "${question.wanted ?? "-"}" %I %f %t %K`;
  const strict = { StrictHostKeyChecking: "yes", NoHostAuthenticationForLocalhost: "no", KnownHostsCommand: command };
  if (question.wanted === undefined) return strict;
  return {
    ...strict,
    UserKnownHostsFile: "none",
    GlobalKnownHostsFile: "none",
    VerifyHostKeyDNS: "no",
    UpdateHostKeys: "no",
    HostKeyAlgorithms: (question.algorithms ?? []).join(","),
  };
}

const options = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => ["-o", `${name}=${value}`]);

function hasControl(text: string): boolean {
  return [...text].some((character) => character < " " || character === "\u007f");
}
