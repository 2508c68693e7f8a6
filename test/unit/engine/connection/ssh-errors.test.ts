import { fingerprintOf, type HostKey } from "../../../../sdk/engine/connection/host-key";
import { isOwnSsh, isTransient, type SshFailure, sshError } from "../../../../sdk/engine/connection/ssh-errors";
import type { ErrorCode } from "../../../../sdk/spec/drayage-error";
import { ecdsaKey, ed25519Key } from "./example-keys";

const failure = (part: Partial<SshFailure>): SshFailure => ({
  host: "rack",
  address: "10.0.0.11",
  stderr: "",
  offered: [],
  pinned: false,
  ...part,
});

const changedBlock = `@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Offending ED25519 key in /home/u/.ssh/known_hosts:3
Host key for 10.0.0.11 has changed and you have requested strict checking.
Host key verification failed.`;

const table: readonly [ErrorCode, Partial<SshFailure>][] = [
  ["HOST_NAME_UNKNOWN", { stderr: "ssh: Could not resolve hostname rak: Name or service not known" }],
  ["HOST_REFUSED", { stderr: "ssh: connect to host 10.0.0.11 port 22: Connection refused" }],
  [
    "HOST_REFUSED",
    {
      stderr:
        "ssh: connect to host bastion port 22: Connection refused\nkex_exchange_identification: Connection closed by remote host",
    },
  ],
  ["HOST_TIMEOUT", { stderr: "ssh: connect to host 10.0.0.11 port 22: Connection timed out" }],
  ["HOST_TIMEOUT", { stderr: "ssh: connect to host 10.0.0.11 port 22: Operation timed out" }],
  ["HOST_TIMEOUT", { stderr: "Connection timed out during banner exchange" }],
  ["HOST_TIMEOUT", { timedOut: true }],
  ["HOST_UNREACHABLE", { stderr: "ssh: connect to host 10.0.0.11 port 22: No route to host" }],
  [
    "HOST_UNREACHABLE",
    { stderr: "kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.11 port 22" },
  ],
  ["HOST_UNREACHABLE", { systemCode: "ENOENT" }],
  ["HOST_UNREACHABLE", { stderr: "command-line: line 0: Bad configuration option: knownhostscommand" }],
  ["HOST_KEY_CHANGED", { stderr: changedBlock, offered: [ed25519Key], wanted: fingerprintOf(ecdsaKey) }],
  [
    "HOST_KEY_CHANGED",
    { pinned: true, offered: [ed25519Key], wanted: fingerprintOf(ecdsaKey), stderr: "Host key verification failed." },
  ],
  ["HOST_KEY_CHANGED", { pinned: true, offered: [ed25519Key], wanted: fingerprintOf(ecdsaKey), stderr: "" }],
  [
    "HOST_KEY_UNKNOWN",
    {
      offered: [ed25519Key],
      stderr: "No ED25519 host key is known for 10.0.0.11 and you have requested strict checking.\nHost key verification failed.",
    },
  ],
  ["PERMISSION_DENIED", { stderr: "deploy@10.0.0.11: Permission denied (publickey)." }],
  ["PERMISSION_DENIED", { stderr: "Received disconnect from 10.0.0.11 port 22:2: Too many authentication failures" }],
  [
    "PERMISSION_DENIED",
    {
      pinned: true,
      offered: [ed25519Key],
      wanted: fingerprintOf(ed25519Key),
      stderr: "u@10.0.0.11: Permission denied (publickey).",
    },
  ],
];

describe("what ssh's last words mean", () => {
  it.each(table)("is %s", (code, part) => {
    const error = sshError(failure(part));
    expect(error).toMatchObject({ code, subject: "rack", hint: expect.stringMatching(/./) });
  });

  it("names both keys when a pinned one changed, and the line to add when one is unknown", () => {
    const changed = sshError(failure({ pinned: true, offered: [ed25519Key], wanted: fingerprintOf(ecdsaKey) }));
    expect(changed.message).toContain(fingerprintOf(ed25519Key));
    expect(changed.message).toContain(fingerprintOf(ecdsaKey));
    const unknown = sshError(failure({ offered: [ed25519Key], stderr: "Host key verification failed." }));
    expect(unknown.hint).toContain(`hostKey: "${fingerprintOf(ed25519Key)}"`);
  });

  it("blames the host on the way when the target showed no key", () => {
    const offered: HostKey[] = [];
    const error = sshError(
      failure({ offered, stderr: "Host key verification failed.\nConnection closed by UNKNOWN port 65535" }),
    );
    expect(error).toMatchObject({ code: "HOST_KEY_UNKNOWN", message: expect.stringContaining("on the way") });
  });
});

describe("a failure worth a second dial", () => {
  it("is a throttled or starting sshd, and nothing about keys or users", () => {
    expect(isTransient("kex_exchange_identification: read: Connection reset by peer")).toBe(true);
    expect(isTransient("ssh: connect to host a port 22: Connection refused")).toBe(false);
    expect(isTransient("u@a: Permission denied (publickey).\nConnection closed by a")).toBe(false);
    expect(isTransient("Host key verification failed.\nConnection closed by a")).toBe(false);
  });
});

describe("a failure of this machine's own ssh", () => {
  it.each<[string, boolean, Partial<SshFailure>]>([
    ["there is none", true, { systemCode: "ENOENT" }],
    ["it is too old", true, { stderr: "command-line: line 0: Bad configuration option: knownhostscommand" }],
    ["its configuration is wrong", true, { stderr: "Bad owner or permissions on /home/u/.ssh/config" }],
    ["the host refuses", false, { stderr: "ssh: connect to host 10.0.0.11 port 22: Connection refused" }],
    ["the host is still booting", false, { stderr: "Connection closed by 10.0.0.11 port 22" }],
  ])("is told from the host's: %s", (_, own, part) => {
    expect(isOwnSsh(sshError(failure(part)))).toBe(own);
  });
});

describe("a way to the host that ended early", () => {
  it.each([
    ["HOST_UNREACHABLE", "gateway is closed\n"],
    ["HOST_UNREACHABLE", "no line break at its end"],
    ["HOST_REFUSED", "gate.example: Connection refused\n"],
    ["HOST_TIMEOUT", "asking for a token timed out\n"],
  ])("is %s in the words of a command on the way: %j", (code, words) => {
    const ssh = "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n";
    const error = sshError(failure({ stderr: words + ssh }));
    expect(error).toMatchObject({ code, message: expect.stringMatching(new RegExp(`: ${words.trim()}$`)) });
  });
});
