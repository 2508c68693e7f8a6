/** Builds the application of the three-tier stack as the Image resource does. */
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { hashContext } from "../../../sdk/context/hash-context";
import { packContext } from "../../../sdk/context/pack-context";
import type { HostHandle } from "../../../sdk/engine/host/host-handle";
import { buildImage } from "../../../sdk/engine/image/build-image";
import type { RunContext } from "../../../sdk/engine/run-context";
import type { BenchContext } from "../bench";
import { buildSettings } from "../lab/build-settings";

export interface BuiltVersion {
  readonly id: string;
  readonly tag: string;
  readonly seconds: number;
  readonly hashSeconds: number;
}

export interface ApplicationBuild {
  readonly context: BenchContext;
  /** The build context. */
  readonly folder: string;
  readonly builder: HostHandle;
  readonly run: RunContext;
  readonly privateFolder: string;
}

export async function buildApplication({
  context,
  folder,
  builder,
  run,
  privateFolder,
}: ApplicationBuild): Promise<BuiltVersion> {
  const began = performance.now();
  const hashed = await hashContext({ context: folder });
  if ("error" in hashed) throw new Error(hashed.error.reason);
  const hashSeconds = (performance.now() - began) / 1000;
  mkdirSync(privateFolder, { recursive: true, mode: 0o700 });
  const { network, secrets } = buildSettings(context.env);
  const built = await buildImage({
    builder,
    name: "api",
    contentHash: hashed.hash,
    openContext: () => packContext({ context: folder }, hashed.hash),
    args: {},
    network,
    secrets: async () => secrets,
    tools: { clients: dockerCommands(context.env), environment: definedOf(context.env), privateFolder },
    run,
  });
  return { id: built.id, tag: built.tag, seconds: built.seconds, hashSeconds };
}

function dockerCommands(env: NodeJS.ProcessEnv): string[] {
  const found = (env.PATH ?? "").split(delimiter).map((folder) => join(folder, "docker"));
  return [...new Set(found)].filter((file) => existsSync(file));
}

const definedOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
