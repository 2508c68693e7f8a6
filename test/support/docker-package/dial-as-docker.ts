/** One request to an engine over ssh, with ssh started as Docker's connection helper (docker/cli, connhelper) starts it. */
import { spawn } from "node:child_process";

export interface Dialled {
  /** ssh's own. */
  readonly exitCode: number | null;
  readonly stderr: string;
  /** Of the engine, as JSON; undefined where none came. */
  readonly answer: Record<string, unknown> | undefined;
}

/** @param config a file in the place of the user's `~/.ssh/config`. */
export async function dialAsDocker(host: string, sshOpts: readonly string[], config = "/dev/null"): Promise<Dialled> {
  const { username, port, hostname, pathname } = new URL(host);
  const socket = pathname.replace(/^\/$/, "");
  const remote = ["docker", ...(socket === "" ? [] : [`--host=unix://${socket}`]), "system", "dial-stdio"].join(" ");
  const login = [...(username === "" ? [] : ["-l", decodeURIComponent(username)]), ...(port === "" ? [] : ["-p", port])];
  const args = [...login, ...sshOpts, "-o ConnectTimeout=30", "-T", "--", hostname.replace(/^\[|\]$/g, ""), remote];
  const child = spawn("ssh", ["-F", config, ...args]);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.write("GET /info HTTP/1.0\r\nHost: docker\r\nConnection: close\r\n\r\n");
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const body = stdout.split("\r\n\r\n")[1];
  return { exitCode, stderr, answer: body === undefined ? undefined : (JSON.parse(body) as Record<string, unknown>) };
}
