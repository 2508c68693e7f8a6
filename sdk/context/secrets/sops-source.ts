/**
 * Files encrypted with SOPS, by the `sops` of this machine: it finds the keys (age, PGP, a cloud's key service) as it does on the
 * command line. A file is decrypted once per batch; what comes out stays in memory.
 */
import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { SopsSecret } from "../../spec/secret-ref";
import { localPath, shellWord, unreadable } from "./local-path";
import type { FoundSecret, MissingSecret, SecretMachine, SecretSource } from "./secret-source";

export const sopsSource: SecretSource<SopsSecret> = {
  async resolve(refs, machine) {
    const documents = new Map(
      await Promise.all(
        [...new Set(refs.map(({ path }) => path))].map(async (path) => [path, await decrypt(path, machine)] as const),
      ),
    );
    return refs.map((ref): FoundSecret => {
      const document = documents.get(ref.path);
      return document === undefined || "problem" in document ? (document ?? none(ref)) : valueIn(document.tree, ref);
    });
  },
};

/** Long enough for a key service far away, or a person who types a pass phrase. */
const DEADLINE_MS = 60_000;

type Document = { readonly tree: unknown } | MissingSecret;

async function decrypt(path: string, machine: SecretMachine): Promise<Document> {
  const file = localPath(path, machine);
  try {
    await access(file);
  } catch (error) {
    return { problem: `the file ${path} ${unreadable(error)}`, hint: `sops ${shellWord(path)}` };
  }
  // The name is the only argument; both spellings of the command, that of 3.9 and the older one, take this.
  const ended = await run("sops", ["--decrypt", "--output-type", "json", file], machine);
  if (ended === undefined) {
    return {
      problem: `${path} needs the program sops, which is not on PATH`,
      hint: "install sops: https://getsops.io/docs/#download",
    };
  }
  if (ended.code !== 0) return undecryptable(path, ended);
  try {
    return { tree: JSON.parse(ended.stdout) };
  } catch {
    return { problem: `what sops made of ${path} is no JSON`, hint: `sops --decrypt --output-type json ${shellWord(path)}` };
  }
}

/** sops says what failed and never what it decrypted. */
function undecryptable(path: string, { code, stderr }: Ended): MissingSecret {
  const word = shellWord(path);
  if (/metadata not found/i.test(stderr)) {
    return { problem: `the file ${path} is not encrypted with sops`, hint: `sops --encrypt --in-place ${word}` };
  }
  if (/data key required/i.test(stderr)) {
    const hint = /\bage\b|age1/.test(stderr)
      ? "export SOPS_AGE_KEY_FILE=PATH, the file of your age key"
      : `sops --decrypt ${word} >/dev/null`;
    return { problem: `no key of this machine decrypts ${path}: ${reasons(stderr)}`, hint };
  }
  return { problem: `sops ended with ${code} on ${path}: ${firstLine(stderr)}`, hint: `sops --decrypt ${word} >/dev/null` };
}

/** Of each key that was tried, wrapped by sops into lines that begin with `|`. */
function reasons(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => /^\s*(-\s*)?\|/.test(line));
  const tried = lines.map((line) => line.replace(/^\s*-\s*\|/, "; ").replace(/^\s*\|/, " ")).join("");
  return tried === "" ? firstLine(stderr) : tried.replace(/\s+/g, " ").replace(/^; /, "").slice(0, 400);
}

function firstLine(stderr: string): string {
  return (
    stderr
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim()
      .slice(0, 200) ?? "it said nothing"
  );
}

/** A key may hold dots itself: what is left of the path is looked for whole first. */
function valueIn(tree: unknown, ref: SopsSecret): FoundSecret {
  let found = tree;
  for (let rest = ref.key; rest !== ""; ) {
    const [first = ""] = rest.split(".");
    const step = hasKey(found, rest) ? rest : first;
    if (!hasKey(found, step)) return none(ref);
    found = found[step];
    rest = rest.slice(step.length + 1);
  }
  if (typeof found === "string" || typeof found === "number" || typeof found === "boolean") {
    return found === "" ? { ...none(ref), problem: `${ref.key} is empty in ${ref.path}` } : { value: String(found) };
  }
  return {
    ...none(ref),
    problem: `${ref.key} in ${ref.path} is ${Array.isArray(found) ? "a list" : "an object"}, not one value`,
  };
}

function hasKey(value: unknown, key: string): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function none({ key, path }: SopsSecret): MissingSecret {
  return { problem: `${path} has no ${key}`, hint: `sops ${shellWord(path)}` };
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Undefined: there is no such program. */
async function run(command: string, args: readonly string[], machine: SecretMachine): Promise<Ended | undefined> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const env = { ...machine.environmentOfPrograms } as NodeJS.ProcessEnv;
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], signal });
  const ended = new Promise<number | undefined>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ENOENT" ? undefined : 1));
    child.once("close", (code) => resolve(code ?? 1));
  });
  const [stdout, stderr, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended]);
  if (code === undefined) return undefined;
  const late = signal.aborted ? `no answer within ${DEADLINE_MS / 1000} s` : stderr.toString();
  return { code, stdout: stdout.toString(), stderr: late };
}
