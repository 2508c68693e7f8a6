/**
 * For hosts whose sshd forbids forwarding sockets: a local socket, each connection of which runs `docker system dial-stdio`
 * on the host over the master.
 */
import { spawn } from "node:child_process";
import { unlink } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { runSsh, type SshRun } from "./run-ssh";
import { remoteCommandArguments } from "./ssh-arguments";

export interface DialStdioServer {
  readonly socketPath: string;
  close(): Promise<void>;
}

/** sshd's MaxSessions is 10 by default: two are left for us. */
const mostSessions = 8;
const command = "docker system dial-stdio";

export async function serveDialStdio(sshCommand: string, controlPath: string, socketPath: string): Promise<DialStdioServer> {
  const clients = new Set<Socket>();
  const waiting: Socket[] = [];
  let sessions = 0;

  const next = (): void => {
    while (sessions < mostSessions) {
      const client = waiting.shift();
      if (client === undefined) return;
      if (client.destroyed) continue;
      sessions++;
      carry(sshCommand, controlPath, client, () => {
        sessions--;
        next();
      });
    }
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    clients.add(client);
    client.on("error", () => client.destroy());
    client.on("close", () => clients.delete(client));
    waiting.push(client);
    next();
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socketPath, resolve));
  server.unref();
  return {
    socketPath,
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
      await unlink(socketPath).catch(() => undefined);
    },
  };
}

/** One ping by the same way; its stderr says why it does not work. */
export async function pingByStdio(sshCommand: string, controlPath: string): Promise<SshRun & { readonly answers: boolean }> {
  const stdin = "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
  const run = await runSsh(sshCommand, remoteCommandArguments(controlPath, command), { deadlineMs: 10_000, stdin });
  return { ...run, answers: /^HTTP\/1\.[01] 200/.test(run.stdout) };
}

function carry(sshCommand: string, controlPath: string, client: Socket, ended: () => void): void {
  const child = spawn(sshCommand, remoteCommandArguments(controlPath, command), {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  child.stdout.on("error", () => undefined);
  client.pipe(child.stdin);
  child.stdout.pipe(client);
  client.once("close", () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.kill();
  });
  child.once("error", () => client.destroy());
  child.once("close", () => {
    client.end();
    ended();
  });
}
