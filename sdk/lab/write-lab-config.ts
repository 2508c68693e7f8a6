import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { DrayageError } from "../spec/drayage-error";
import type { LabState } from "./lab-state";

/**
 * Tells a stack where the lab's hosts are: `<project>:<host>` becomes `{ address, port, user, identityFile, hostKey }`, what
 * `new Config().requireObject<HostArgs>("rack")` reads. Everything else in the file stays as it is, comments too.
 */
export async function writeLabConfig(lab: Pick<LabState, "hosts">, stackFile: string): Promise<void> {
  const project = await projectName(join(dirname(stackFile), "Pulumi.yaml"));
  const text = (await readIfThere(stackFile)) ?? "";
  await writeFile(stackFile, withLabConfig(text, project, lab));
}

/** The pure part: the text of a stack file in, the same with the hosts out. */
export function withLabConfig(stackText: string, project: string, lab: Pick<LabState, "hosts">): string {
  const document = parseDocument(stackText);
  if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) {
    throw new DrayageError("USAGE", "the stack file is not a YAML map", { hint: "Name a Pulumi.<stack>.yaml file." });
  }
  for (const { name, address, port, user, identityFile, hostKey } of lab.hosts) {
    document.setIn(["config", `${project}:${name}`], document.createNode({ address, port, user, identityFile, hostKey }));
  }
  return document.toString({ lineWidth: 0 });
}

async function projectName(file: string): Promise<string> {
  const text = await readIfThere(file);
  const name = text === undefined ? undefined : parseDocument(text).get("name");
  if (typeof name === "string") return name;
  throw new DrayageError("USAGE", "there is no Pulumi.yaml with a name beside the stack file", {
    subject: file,
    hint: "Name a Pulumi.<stack>.yaml in the folder of a Pulumi project.",
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
