/** One moto on this machine's loopback, of this process: it ends with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { motoFolder } from "../../../../sdk/cli/doctor/checks/moto";
import { cacheDirectory } from "../../../../sdk/provider/surroundings";

export interface Moto {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** As new: nothing exists but what every account has. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const folder = motoFolder(cacheDirectory(process.env, homedir()));

/** Why there can be none here, for describeUnless. */
export const motoMissing: string | undefined = existsSync(folder) ? undefined : "no moto (node setup.mjs set-up says why)";

export async function startMoto(): Promise<Moto> {
  const here = join(__dirname, "serve-moto.py");
  const child = spawn(join(folder, "bin/python"), [here], { stdio: ["pipe", "pipe", "inherit"], env: environment() });
  const endpoint = `http://127.0.0.1:${await portOf(child)}`;
  return {
    endpoint,
    reset: async () => void (await fetch(`${endpoint}/moto-api/reset`, { method: "POST" })),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Nothing of the operator's own AWS settings gets there. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(own),
    MOTO_AMIS_PATH: join(__dirname, "images.json"),
    MOTO_ENABLE_AMI_VALIDATION: "true",
    MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: "true",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const { stdout } = child;
  if (stdout === null) throw new Error("moto has no output");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`moto ended with ${code}`)));
    stdout.once("data", (line: Buffer) => resolve(Number(line.toString().trim())));
  });
}
