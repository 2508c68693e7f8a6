import { CustomResource, type CustomResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import { hashContext } from "../context/hash-context";
import type { Problem } from "../spec/drayage-error";
import { type ImageInput, normaliseImage } from "../spec/image";
import { Place } from "../spec/place";
import { contentTag, type PushInput } from "../spec/registry";
import { type BuildSecretArgs, readBuildSecrets } from "./build-secrets";
import { declaredHostOf } from "./declared-hosts";
import type { InputLeaves } from "./input-leaves";
import { knownPart } from "./known-part";
import { missingSecrets, placedSecrets } from "./missing-secrets";
import type { HostRef, Placeable } from "./placeable";
import { operatorArch, pinOfImage, programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

export interface ImageArgs extends Omit<ImageInput, "args" | "secrets" | "builder" | "push"> {
  /** Build arguments: visible in the image's history, so never secrets. Default none. Compose: `build.args`. */
  readonly args?: Readonly<Record<string, Input<string>>>;
  /** Build secrets by id, as text, as a local file or by where they are, for `RUN --mount=type=secret,id=…`. Default none. Compose: `build.secrets`. */
  readonly secrets?: Readonly<Record<string, BuildSecretArgs>>;
  /**
   * Host whose engine builds. Default: where `platform` is of another architecture than this machine's, a host declared before that says it
   * has it (`arch`, as every Ec2Host does); else the operator's engine.
   */
  readonly builder?: Placeable;
  /** Push it to a registry once it is built; hosts then pull it there by digest. Default: none is needed, it is shipped to them. */
  readonly push?: PushArgs;
}

export type PushArgs = InputLeaves<PushInput>;

/** What a service's `image` takes. */
export interface ImageRef {
  readonly name: string;
  readonly contentHash: Output<string>;
  readonly identity: Output<string>;
  readonly platform?: string;
  readonly builder?: HostRef;
  /** Where hosts pull it. Absent: it is shipped to them. */
  readonly pushed?: PushArgs & { readonly digest: Output<string> };
}

/**
 * An image built from a folder. It is known by its content hash before it is built, and by its identity afterwards; it is built
 * only when its content is new, and goes to hosts without a registry.
 *
 * @example
 * const web = new Image("web", { context: "./web" });
 *
 * @example
 * const api = new Image("api", { context: "./api", push: { registry: "ghcr.io", repository: "team/api" } });
 */
export class Image extends CustomResource {
  /** What a service's `image` takes; the Image itself will do as well. */
  readonly ref: ImageRef;
  /** Hash of the context and the options: the same on every machine, known in preview. */
  declare readonly contentHash: Output<string>;
  /** Hash of config, layers and platform: what runs. Unknown until built. */
  declare readonly identity: Output<string>;
  /** `sha256:…` of the manifest that was pushed; only with `push`. Unknown until pushed. */
  declare readonly digest: Output<string>;
  /** `registry/repository@sha256:…`; only with `push`. Unknown until pushed. */
  declare readonly reference: Output<string>;

  constructor(name: string, args: ImageArgs, options?: CustomResourceOptions) {
    const { secrets, builder, push, ...rest } = args;
    const builderRef = builder?.ref ?? nativeBuilder(rest.platform);
    const facts = programFacts();
    const build = readBuildSecrets(secrets ?? {}, facts.programDir);
    const secretFiles = filled(build.files);
    const secretRefs = filled(build.references);
    const elsewhere = { ...(builderRef !== undefined && { builder: builderRef }), ...(push !== undefined && { push }) };
    const written = { ...rest, ...elsewhere, secrets: build.values };
    const normalised = normaliseImage(knownPart(written), { allowUnknown: true });
    const { pin, problems: pinProblems } = pinOfImage(name);
    // What is pinned is not built: it needs neither the folder nor the files of secrets.
    const forBuild = pin === undefined ? build.problems : [];
    const found: Problem[] = [...("problems" in normalised ? normalised.problems : []), ...forBuild, ...pinProblems];
    // The hash starts now, beside the rest of the program; it yields a problem and never rejects.
    const hashed = found.length > 0 ? undefined : hashLater(rest);
    const root = Place.root([]);
    const used = [
      ...placedSecrets(build.references, root.key("secrets")),
      ...placedSecrets(push?.credentials, root.key("push").key("credentials")),
    ];
    const missing = missingSecrets(used, facts.programDir);
    const forHash = hashed === undefined || pin !== undefined ? found : hashed.problems;
    const problems = reportProblems(name, pin === undefined ? all(forHash, missing) : forHash);
    const folderHash = hashed === undefined ? output("") : hashed.hash;
    const contentHash = pin === undefined ? folderHash : output(pin.contentHash);
    const pinned = pin === undefined ? {} : { pin: { ...pin }, folderHash };
    const outputs = { identity: undefined, digest: undefined, reference: undefined };
    super(
      "drayage:index:Image",
      name,
      { ...written, secretFiles, secretRefs, name, contentHash, ...pinned, ...facts, problems, ...outputs },
      options,
    );
    this.ref = {
      name,
      contentHash,
      identity: this.identity,
      ...(args.platform === undefined ? {} : { platform: args.platform }),
      ...(builderRef === undefined ? {} : { builder: builderRef }),
      ...(push !== undefined && { pushed: { ...push, tag: push.tag ?? contentHash.apply(contentTag), digest: this.digest } }),
    };
  }
}

async function all(...parts: readonly (readonly Problem[] | Promise<readonly Problem[]>)[]): Promise<readonly Problem[]> {
  return (await Promise.all(parts)).flat();
}

function filled<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

function hashLater({ args = {}, network: _network, ...options }: Omit<ImageArgs, "secrets" | "builder" | "push">) {
  const values = Object.values(args);
  const plain = values.every((value) => typeof value === "string");
  if (plain) {
    const result = hashContext({ ...options, args: args as Record<string, string> });
    return {
      hash: output(result.then((it) => ("hash" in it ? it.hash : ""))),
      problems: result.then((it) => ("error" in it ? [it.error] : [])),
    };
  }
  // Arguments that come later: what the folder says is judged now, the hash waits for them.
  const now = hashContext(options);
  const later = output(args).apply((known) => hashContext({ ...options, args: known }));
  return {
    hash: later.apply((it) => ("hash" in it ? it.hash : "")),
    problems: now.then((it) => ("error" in it ? [it.error] : [])),
  };
}

/** Emulation is slow, and few machines have it: a host that will run the image can build it. */
function nativeBuilder(platform: unknown): HostRef | undefined {
  const arch = typeof platform === "string" ? platform.split("/")[1] : undefined;
  return arch === undefined || arch === operatorArch() ? undefined : declaredHostOf(arch);
}
