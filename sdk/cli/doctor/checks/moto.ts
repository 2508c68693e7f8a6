/** moto plays AWS's API for this project's own tests. For tests alone, as the programs of test-tools.ts. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { aptInstall } from "../apt-install";
import type { Check, Machine } from "../check";
import { runProgram } from "../run-program";

/** All of them exactly, so that a run next year plays the same cloud. `moto[server]` would bring twice as much, unused. */
const packages = [
  ...[
    "moto==5.2.5",
    "boto3==1.44.8",
    "botocore==1.44.8",
    "s3transfer==0.19.3",
    "jmespath==1.1.0",
    "python-dateutil==2.9.0.post0",
  ],
  ...[
    "responses==0.26.3",
    "requests==2.34.2",
    "urllib3==2.8.0",
    "idna==3.20",
    "certifi==2026.10.19.post1",
    "charset-normalizer==3.5.3",
    "PyYAML==6.0.4",
  ],
  ...["cryptography==50.0.2", "cffi==2.1.1", "pycparser==3.12", "xmltodict==1.0.4", "Werkzeug==3.1.9", "MarkupSafe==3.0.4"],
  ...[
    "Flask==3.1.3",
    "flask-cors==6.0.5",
    "blinker==1.9.0",
    "click==8.5.1",
    "itsdangerous==2.2.0",
    "Jinja2==3.1.6",
    "six==1.17.0",
  ],
];

/** What recorded data depends on. */
export const motoVersions = { botocore: packages.find((it) => it.startsWith("botocore==")) };

/** A virtual environment of Python; another list of packages is another folder. */
export function motoFolder(cacheDir: string): string {
  return join(cacheDir, `moto-${createHash("sha256").update(packages.join("\n")).digest("hex").slice(0, 8)}`);
}

export const motoCheck: Check = {
  name: "moto",
  hint: "Do without the tests that need it.",
  look: async ({ cacheDir }) => {
    const folder = motoFolder(cacheDir);
    return existsSync(folder) ? { ok: true, detail: folder } : { ok: false, detail: "not there" };
  },
  obtain: async (machine) => {
    const hindrance = await install(machine);
    return {
      ok: true,
      detail: hindrance === undefined ? motoFolder(machine.cacheDir) : `none (${hindrance}): its tests are skipped`,
    };
  },
};

/** Made aside and renamed when whole: what is there is complete, and of two set-ups at once one comes first. */
async function install(machine: Machine): Promise<string | undefined> {
  await mkdir(machine.cacheDir, { recursive: true });
  const made = await mkdtemp(`${motoFolder(machine.cacheDir)}.`);
  try {
    const hindrance = await makeEnvironment(machine, made);
    if (hindrance !== undefined) return hindrance;
    await rename(made, motoFolder(machine.cacheDir)).catch((error: unknown) => {
      if (!existsSync(motoFolder(machine.cacheDir))) throw error;
    });
    return undefined;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function makeEnvironment(machine: Machine, folder: string): Promise<string | undefined> {
  const options = { env: machine.env, signal: machine.context.signal };
  const venv = () => runProgram("python3", ["-m", "venv", folder], options);
  let made = await venv();
  if (made.code !== 0) {
    const hindrance = await aptInstall(machine, ["python3-venv"]);
    if (hindrance !== undefined) return `python3 with its module venv is missing and ${hindrance}`;
    made = await venv();
  }
  if (made.code !== 0) return `python3 -m venv failed: ${lastLine(made)}`;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", ...packages];
  const got = await runProgram(join(folder, "bin/python"), pip, options);
  return got.code === 0 ? undefined : `pip install failed: ${lastLine(got)}`;
}

/** A venv without ensurepip tells its reason on stdout. */
const lastLine = ({ stdout, stderr }: { stdout: string; stderr: string }) => (stderr.trim() || stdout.trim()).split("\n").at(-1);
