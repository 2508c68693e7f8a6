/** The image room, as the Image handler asks for it. */

import type { HostHandle } from "../engine/host/host-handle";
import { buildImage } from "../engine/image/build-image";
import type { BuildTools } from "../engine/image/build-request";
import { identityKey } from "../engine/image/image-identity";
import { openBuildContext } from "../engine/image/open-build-context";
import { planImage } from "../engine/image/plan-image";
import type { Operation, Plan } from "../engine/plan/plan";
import { DrayageError } from "../spec/drayage-error";
import type { Hosts, ImageDoor, ImageWish } from "./engine-doors";

export interface ImageDoorParts {
  readonly hosts: Pick<Hosts, "open">;
  readonly tools: BuildTools;
}

export function createImageDoor({ hosts, tools }: ImageDoorParts): ImageDoor {
  const planFor = async (wish: ImageWish) => {
    const { name, contentHash, previous } = wish;
    const builder = await openBuilder(hosts, wish);
    return { builder, planned: await planImage({ builder, name, contentHash, previousHash: previous?.contentHash }) };
  };
  return {
    async preview(wish) {
      const { planned } = await planFor(wish);
      return { plan: planned.plan, identity: planned.identity && identityKey(planned.identity) };
    },
    async build(wish) {
      const { builder, planned } = await planFor(wish);
      return { identity: await reported(planned.plan, wish, (progress) => build(builder, wish, tools, progress)) };
    },
  };
}

type BuildProgress = (progress: Parameters<ImageWish["context"]["report"]["progress"]>[1]) => void;

async function build(builder: HostHandle, wish: ImageWish, tools: BuildTools, progress: BuildProgress): Promise<string> {
  const { name, spec, contentHash, secrets, base, previous, context } = wish;
  const image = await buildImage({
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
  return identityKey(image.identity);
}

async function reported(plan: Plan, { context }: ImageWish, run: (progress: BuildProgress) => Promise<string>): Promise<string> {
  const { report, clock } = context;
  const [operation] = plan.operations;
  if (operation === undefined) return run(() => undefined);
  report.plan(plan);
  const began = clock.monotonic();
  report.started(operation);
  try {
    const identity = await run((progress) => report.progress(operation satisfies Operation, progress));
    report.finished(operation, (clock.monotonic() - began) / 1000);
    return identity;
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
