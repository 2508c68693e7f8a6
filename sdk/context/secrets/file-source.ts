import { readFile, stat } from "node:fs/promises";
import type { FileSecret } from "../../spec/secret-ref";
import { localPath, shellWord, unreadable } from "./local-path";
import type { FoundSecret, SecretMachine, SecretSource } from "./secret-source";

export const fileSource: SecretSource<FileSecret> = {
  resolve: (refs, machine) => Promise.all(refs.map((ref) => readSecretFile(ref, machine))),
};

/** What is larger was hardly meant; it would also be carried in memory. */
const LIMIT = 1024 * 1024;

async function readSecretFile({ path }: FileSecret, machine: SecretMachine): Promise<FoundSecret> {
  const missing = (problem: string): FoundSecret => ({
    problem: `the file ${path} ${problem}`,
    hint: `install -m 600 /dev/stdin ${shellWord(path)}`,
  });
  try {
    const at = localPath(path, machine);
    if ((await stat(at)).size > LIMIT) return missing("holds more than 1 MiB");
    const value = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(at)).replace(/\r?\n$/, "");
    return value === "" ? missing("is empty") : { value };
  } catch (error) {
    const notText = (error as NodeJS.ErrnoException).code === "ERR_ENCODING_INVALID_ENCODED_DATA";
    return missing(notText ? "is not UTF-8 text" : unreadable(error));
  }
}
