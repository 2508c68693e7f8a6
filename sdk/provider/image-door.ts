/** The image room, as the Image handler asks for it. */

import type { HostHandle } from "../engine/host/host-handle";
import { type BuiltImage, buildImage } from "../engine/image/build-image";
import type { BuildTools } from "../engine/image/build-request";
import { identityKey } from "../engine/image/image-identity";
import { openBuildContext } from "../engine/image/open-build-context";
import { planImage } from "../engine/image/plan-image";
import { pushImage } from "../engine/image/push-image";
import type { RegistryLogin } from "../engine/image/registry-login";
import type { Operation } from "../engine/plan/plan";
import { DrayageError } from "../spec/drayage-error";
import { repositoryOf } from "../spec/registry";
import type { Hosts, ImageDoor, ImageWish } from "./engine-doors";

export interface ImageDoorParts {
  readonly hosts: Pick<Hosts, "open">;
  readonly tools: BuildTools;
  readonly login: RegistryLogin;
}

export function createImageDoor({ hosts, tools, login }: ImageDoorParts): ImageDoor {
  const planFor = async (wish: ImageWish) => {
    const { name, contentHash, previous, push } = wish;
    const builder = await openBuilder(hosts, wish);
    return { builder, planned: await planImage({ builder, name, contentHash, previousHash: previous?.contentHash, push }) };
  };
  return {
    async preview(wish) {
      const { planned } = await planFor(wish);
      return { plan: planned.plan, identity: planned.identity && identityKey(planned.identity) };
    },
    async build(wish) {
      const { builder, planned } = await planFor(wish);
      const { plan } = planned;
      if (plan.operations.length > 0) wish.context.report.plan(plan);
      const of = (kind: string) => plan.operations.find((one) => one.kind === kind);
      const image = await reported(of("build image"), wish, (progress) => build(builder, wish, tools, progress));
      const identity = identityKey(image.identity);
      const { push } = wish;
      if (push === undefined) return { identity };
      const request = { builder, id: image.id, name: wish.name, contentHash: wish.contentHash, push, login, run: wish.context };
      const digest = await reported(of("push image"), wish, (progress) => pushImage({ ...request, progress }));
      return { identity, digest };
    },
    async isPushed(wish, digest) {
      const { push } = wish;
      if (push === undefined) return undefined;
      try {
        const builder = await openBuilder(hosts, wish);
        const credentials = await login(push.registry, push.credentials);
        return (await builder.docker.digestInRegistry(`${repositoryOf(push)}@${digest}`, credentials)) !== undefined;
      } catch (error) {
        if (error instanceof DrayageError) return undefined;
        throw error;
      }
    },
  };
}

type BuildProgress = (progress: Parameters<ImageWish["context"]["report"]["progress"]>[1]) => void;

function build(builder: HostHandle, wish: ImageWish, tools: BuildTools, progress: BuildProgress): Promise<BuiltImage> {
  const { name, spec, contentHash, secrets, base, previous, context } = wish;
  return buildImage({
    builder,
    name,
    contentHash,
    openContext: () => openBuildContext(spec, base, contentHash),
    args: spec.args,
    target: spec.target,
    platform: spec.platform,
    network: spec.network,
    secrets,
    previous: previous?.contentHash === contentHash ? previous.identity : undefined,
    tools,
    run: context,
    progress,
  });
}

/** `operation` undefined: nobody is told, because there is nothing to do. */
async function reported<T>(
  operation: Operation | undefined,
  { context }: ImageWish,
  run: (progress: BuildProgress) => Promise<T>,
): Promise<T> {
  const { report, clock } = context;
  if (operation === undefined) return run(() => undefined);
  const began = clock.monotonic();
  report.started(operation);
  try {
    const result = await run((progress) => report.progress(operation, progress));
    report.finished(operation, (clock.monotonic() - began) / 1000);
    return result;
  } catch (error) {
    report.failed(operation, error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function openBuilder(hosts: Pick<Hosts, "open">, { spec, base, name }: ImageWish): Promise<HostHandle> {
  if (spec.builder !== undefined) return hosts.open(spec.builder, base);
  try {
    return await hosts.open(operatorRef, base);
  } catch (error) {
    throw new DrayageError("DOCKER_MISSING", "there is no Docker engine on this machine to build with", {
      subject: `image ${name}`,
      hint: "Name a host that builds: new Image(…, { context, builder: host }).",
      cause: error,
    });
  }
}

/** The engine of the machine that runs the program. */
export const operatorRef = { name: "this machine", connection: { kind: "local" } } as const;
