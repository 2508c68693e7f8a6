/** What ssh's last words mean. Pure: exit code and stderr in, one DrayageError with one hint out. */
import { DrayageError, type ErrorCode } from "../../spec/drayage-error";
import { fingerprintOf, type HostKey } from "./host-key";

export interface SshFailure {
  /** The program's name for the host. */
  readonly host: string;
  readonly address: string;
  readonly stderr: string;
  /** We ended it because it took too long. */
  readonly timedOut?: boolean;
  /** errno when ssh itself could not run. */
  readonly systemCode?: string | undefined;
  /** Keys the host showed before anything was sent to it. */
  readonly offered: readonly HostKey[];
  /** Fingerprint that the program or known_hosts wants. */
  readonly wanted?: string | undefined;
  /** Whether the program pins the key; else known_hosts decides. */
  readonly pinned: boolean;
}

export function sshError(failure: SshFailure): DrayageError {
  const [code, message, hint] = explain(failure);
  return new DrayageError(code, message, { subject: failure.host, hint });
}

/** True for a failure that a moment's patience may cure: sshd throttles, or is just starting. */
export const isTransient = (stderr: string): boolean =>
  /kex_exchange_identification|Connection (closed|reset) by|Not allowed at this time|Exceeded MaxStartups/i.test(stderr) &&
  !/Permission denied|host key|Too many authentication failures/i.test(stderr);

/** Whether it is the ssh of this machine that does not work: waiting for the host cures nothing then. */
export const isOwnSsh = ({ message }: DrayageError): boolean =>
  /^(ssh could not be run|the ssh on this machine|ssh refuses its configuration)/.test(message);

/** ssh has no address of its own peer behind a jump host or proxy command. */
export const isBehindProxy = (stderr: string): boolean => /UNKNOWN port 65535/.test(stderr);

type Explanation = readonly [code: ErrorCode, message: string, hint: string];

function explain(failure: SshFailure): Explanation {
  const { host, address, stderr, offered, wanted } = failure;
  const said = (pattern: RegExp): boolean => pattern.test(stderr);
  const last = lastLine(stderr);
  const words = ownWords(stderr);

  if (failure.systemCode !== undefined)
    return [
      "HOST_UNREACHABLE",
      `ssh could not be run: ${failure.systemCode}`,
      "Install the OpenSSH client (8.5 or newer) on this machine.",
    ];
  // Decided by the keys and not by words: ssh never goes on after a key that our script did not confirm.
  if (failure.pinned && offered.length > 0 && !offered.some((key) => fingerprintOf(key) === wanted)) return changed(failure);
  if (said(/Bad configuration option: knownhostscommand/i))
    return ["HOST_UNREACHABLE", "the ssh on this machine is older than 8.5", "Upgrade the OpenSSH client on this machine."];
  if (said(/Bad configuration option|Bad owner or permissions on|bad configuration options/i))
    return [
      "HOST_UNREACHABLE",
      `ssh refuses its configuration: ${last}`,
      "Correct ~/.ssh/config, then run the same command again.",
    ];
  if (said(/Could not resolve hostname/i))
    return [
      "HOST_NAME_UNKNOWN",
      `the name of ${host} is not known: ${firstMatch(stderr, /Could not resolve hostname .*/i)}`,
      `Check the address ${address} in the program, or its entry in ~/.ssh/config.`,
    ];
  if (said(/Connection refused/i))
    return [
      "HOST_REFUSED",
      `${address} refuses connections: ${firstMatch(stderr, /.*Connection refused/i)}`,
      "Check the port, and that sshd runs there.",
    ];
  if (failure.timedOut || said(/timed out/i))
    return [
      "HOST_TIMEOUT",
      `${address} did not answer in time${words === "" ? "" : `: ${words}`}`,
      "Check that the host is up and that a firewall lets this machine through.",
    ];
  if (said(/No route to host|Network is unreachable|Host is down/i))
    return ["HOST_UNREACHABLE", `${address} cannot be reached: ${last}`, "Check the network between this machine and the host."];
  if (said(/IDENTIFICATION HAS CHANGED|REVOKED HOST KEY|has changed and you have requested strict/i)) return changed(failure);
  if (keyRefused(stderr)) return offered.length > 0 ? unknown(failure) : jumpUnknown(failure);
  if (said(/Permission denied|Too many authentication failures|bad permissions|no mutual signature/i))
    return [
      "PERMISSION_DENIED",
      `${address} lets this user not in: ${firstMatch(stderr, /.*(Permission denied|Too many authentication failures|bad permissions).*/i)}`,
      "Check user and identityFile; ssh-add -l shows what the agent offers, and the public key must be in the host's authorized_keys.",
    ];
  if (isBehindProxy(stderr) && offered.length === 0)
    return [
      "HOST_UNREACHABLE",
      `the way to ${address} ended before an sshd answered: ${words || last}`,
      `Try by hand what proxyCommand or proxyJump of ${host}, or its entry in ~/.ssh/config, says.`,
    ];
  return ["HOST_UNREACHABLE", `ssh to ${address} failed: ${last || "no reason given"}`, `Try: ssh ${address}`];
}

/** What a command or host on the way said, without what ssh says of it: on a line of its own, or behind words that end in none. */
const ownWords = (stderr: string): string =>
  lastLine(
    stderr.replace(/(kex_exchange_identification:|(banner exchange: )?Connection (to|(closed|reset) by) UNKNOWN port).*$/gim, ""),
  );

const keyRefused = (stderr: string): boolean =>
  /No .* host key is known|Host key verification failed|authenticity of host|no matching host key type/i.test(stderr);

function changed({ host, address, offered, wanted, pinned }: SshFailure): Explanation {
  const shown = offered.map((key) => `${fingerprintOf(key)} (${key.type})`).join(", ") || "a revoked or unknown key";
  const hint = pinned
    ? `If the host was really given a new key, compare it on the host's console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) and write it as hostKey of ${host}.`
    : `If the host was really given a new key: ssh-keygen -R ${address}, then accept the new one with ssh after comparing it.`;
  return [
    "HOST_KEY_CHANGED",
    `${address} shows the key ${shown}, but ${wanted ?? "another one"} is expected; nothing was sent`,
    hint,
  ];
}

function unknown({ host, address, offered }: SshFailure): Explanation {
  const key = offered[offered.length - 1];
  const fingerprint = key === undefined ? "SHA256:…" : fingerprintOf(key);
  return [
    "HOST_KEY_UNKNOWN",
    `the key of ${address} is not known: ${fingerprint}${key === undefined ? "" : ` (${key.type})`}; nothing was sent`,
    `If that is the key the host's console shows, add to Host "${host}" in the program: hostKey: "${fingerprint}"`,
  ];
}

/** Our script saw no key of the target, so the refused one is that of a host on the way. */
const jumpUnknown = ({ address, stderr }: SshFailure): Explanation => [
  "HOST_KEY_UNKNOWN",
  `the key of a host on the way to ${address} is not known: ${firstMatch(stderr, /No .* host key is known for [^ ]+|Host key verification failed.*/i)}`,
  "Connect to the jump host once with ssh, compare its key and accept it.",
];

function firstMatch(text: string, pattern: RegExp): string {
  return (pattern.exec(text)?.[0] ?? lastLine(text)).trim();
}

const lastLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .pop() ?? "";
