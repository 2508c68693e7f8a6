import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";
import type { LabHost } from "./lab-state";

/** Arguments of `ssh` that reach the host with its key pinned, whatever the user's own configuration says. */
export function sshArguments(host: LabHost, knownHosts: string): string[] {
  const options = {
    UserKnownHostsFile: knownHosts,
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    IdentitiesOnly: "yes",
    PasswordAuthentication: "no",
    ConnectTimeout: "10",
    LogLevel: "ERROR",
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["-F", "/dev/null", ...flags, "-i", host.identityFile, "-p", String(host.port), "-l", host.user, host.address];
}

export function knownHostsFile(directory: string): string {
  return join(directory, "known_hosts");
}

export async function writeKnownHosts(directory: string, hosts: readonly LabHost[]): Promise<void> {
  const lines = hosts.map((host) => `${host.address},${host.name} ${host.hostKey}\n`);
  await writeFile(knownHostsFile(directory), lines.join(""), { mode: 0o600 });
}

/**
 * Resolves when `deploy` can use the host's engine over ssh: the same that the product needs, so nothing less will do. On a bare host
 * the login is all.
 */
export async function waitForHost(host: LabHost, knownHosts: string, context: RunContext, patienceMs = 60_000): Promise<void> {
  const deadline = context.clock.monotonic() + patienceMs;
  let last = "nothing listens on its ssh port";
  while (context.clock.monotonic() < deadline) {
    context.signal.throwIfAborted();
    if (await listens(host)) {
      const answer = await ask(host, knownHosts, host.bare ? "true" : waitForEngine, context.signal);
      if (answer === undefined) return;
      last = answer;
    }
    await context.clock.sleep(50, context.signal);
  }
  throw new DrayageError("HOST_TIMEOUT", `lab host ${host.name} did not become ready in ${patienceMs / 1000} s: ${last}`, {
    subject: host.name,
    hint: `Look inside with \`docker exec ${host.containerId.slice(0, 12)} journalctl -b\`.`,
  });
}

function listens(host: LabHost): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.address, port: host.port, timeout: 1000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (banner) => settle(banner.toString("latin1").startsWith("SSH-")));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
    socket.once("end", () => settle(false));
  });
}

// Waits on the host, so that a slow engine costs one login instead of many.
const waitForEngine = "i=0; until docker version >/dev/null 2>&1; do i=$((i+1)); [ $i -gt 100 ] && exit 1; sleep 0.1; done";

/** Undefined when the command succeeded, else what went wrong. */
async function ask(host: LabHost, knownHosts: string, command: string, signal: AbortSignal): Promise<string | undefined> {
  const child = spawn("ssh", [...sshArguments(host, knownHosts), command], { stdio: ["ignore", "ignore", "pipe"], signal });
  const code = new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (status) => resolve(status ?? "killed"));
  });
  const complaint = await text(child.stderr);
  const status = await code;
  return status === 0 ? undefined : complaint.trim() || `ssh ended with ${status}`;
}
