/** What an Image resource will do, for preview: build it, or nothing because its builder has it. Reads only. */
import type { HostHandle } from "../host/host-handle";
import type { Plan } from "../plan/plan";
import { findBuilt } from "./build-image";
import { type ImageIdentity, identityOf } from "./image-identity";

export interface PlanImageRequest {
  readonly builder: HostHandle;
  readonly name: string;
  readonly contentHash: string;
  /** Content hash of the last build; undefined for a new image. */
  readonly previousHash?: string | undefined;
}

export interface PlannedImage {
  readonly plan: Plan;
  /** What runs, where it is known without building. */
  readonly identity: ImageIdentity | undefined;
}

export async function planImage(request: PlanImageRequest): Promise<PlannedImage> {
  const { builder, name, contentHash } = request;
  const known = await findBuilt(builder, { name, contentHash, readOnly: true });
  const operations = known === undefined ? [buildOperation(request)] : [];
  return {
    plan: { schemaVersion: 1, kind: kindOf(request, operations.length), subject: name, operations, outages: [], notes: [] },
    identity: known && identityOf(known, builder.measured.imageStore),
  };
}

function buildOperation({ builder, name, contentHash, previousHash }: PlanImageRequest): Plan["operations"][number] {
  const cause =
    previousHash === undefined
      ? "not built yet"
      : previousHash === contentHash
        ? `not on ${builder.name} any more`
        : "content changed";
  return {
    id: `build ${name}`,
    kind: "build-image",
    subject: `image ${name}`,
    host: builder.name,
    cause,
    destructive: false,
    touchesData: false,
    dependsOn: [],
    detail: { contentHash },
  };
}

function kindOf({ previousHash }: PlanImageRequest, operations: number): Plan["kind"] {
  if (operations === 0) return "none";
  return previousHash === undefined ? "create" : "update";
}
