/** A real sshd on a loopback port, with keys and configuration of its own, and an ssh that knows nothing of the user's. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { SshConnectionSpec } from "../../sdk/engine/connection/connection";
import { freePort } from "./free-ports";

export const sshdPath = "/usr/sbin/sshd";
export const haveSshd = (): boolean => existsSync(sshdPath);

export interface LoopbackSshd {
  readonly port: number;
  readonly folder: string;
  readonly spec: SshConnectionSpec;
  /** Full public keys, by kind. */
  readonly hostKeys: Readonly<Record<"ed25519" | "ecdsa", string>>;
  /** Runs the system's ssh with the configuration `ssh_config` of the folder, and notes each run. */
  readonly sshCommand: string;
  runs(): number;
  log(): string;
  /** Adds lines before the server's configuration and starts it again on the same port. */
  restart(lines?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startLoopbackSshd(lines: readonly string[] = []): Promise<LoopbackSshd> {
  const folder = mkdtempSync(join(tmpdir(), "dray-sshd-"));
  const at = (name: string): string => join(folder, name);
  const key = (name: string, type: string): string => {
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", at(name)]);
    return readFileSync(at(`${name}.pub`), "utf8").trim();
  };
  const hostKeys = { ed25519: key("host_ed25519", "ed25519"), ecdsa: key("host_ecdsa", "ecdsa") };
  writeFileSync(at("authorized_keys"), `${key("id", "ed25519")}\n`);
  writeFileSync(at("known_hosts"), "");
  writeFileSync(at("ssh_config"), `UserKnownHostsFile ${at("known_hosts")}\nGlobalKnownHostsFile none\nIdentityAgent none\n`);
  writeFileSync(at("ssh"), `#!/bin/sh\necho run >>${at("runs")}\nexec ssh -F ${at("ssh_config")} "$@"\n`, { mode: 0o755 });
  const port = await freePort();
  let log = "";
  let server = await launch(at("sshd_config"), port, folder, lines, (text) => {
    log += text;
  });
  const stop = async (): Promise<void> => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    port,
    folder,
    hostKeys,
    spec: { kind: "ssh", address: "127.0.0.1", port, user: userInfo().username, identityFile: at("id") },
    sshCommand: at("ssh"),
    runs: () => (existsSync(at("runs")) ? readFileSync(at("runs"), "utf8").split("\n").length - 1 : 0),
    log: () => log,
    restart: async (changed = []) => {
      await ended(server);
      server = await launch(at("sshd_config"), port, folder, changed, (text) => {
        log += text;
      });
    },
    stop,
  };
}

async function launch(config: string, port: number, folder: string, lines: readonly string[], heard: (text: string) => void) {
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const always = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${join(folder, "host_ed25519")}`,
    `HostKey ${join(folder, "host_ecdsa")}`,
    `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
    "StrictModes no",
    "PidFile none",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "LogLevel DEBUG1",
  ];
  writeFileSync(config, `${[...lines, ...always].join("\n")}\n`);
  const server = spawn(sshdPath, ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
  server.stderr.setEncoding("utf8").on("data", heard);
  await listening(port, server);
  return server;
}

async function listening(port: number, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 800; attempt++) {
    if (server.exitCode !== null) throw new Error(`sshd ended with ${server.exitCode}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("sshd does not listen");
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise((resolve) => server.once("exit", resolve));
  server.kill();
  await exit;
  // Children that serve a connection hold the pipe a little longer.
  server.stderr?.destroy();
}
