/** What an Image resource will do, for preview: build it, or nothing because its builder has it. Reads only. */

import { contentTag, type PushSpec, repositoryOf } from "../../spec/registry";
import type { HostHandle } from "../host/host-handle";
import type { Operation, Plan } from "../plan/plan";
import { findBuilt } from "./build-image";
import { type ImageIdentity, identityOf } from "./image-identity";

export interface PlanImageRequest {
  readonly builder: HostHandle;
  readonly name: string;
  readonly contentHash: string;
  /** Content hash of the last build; undefined for a new image. */
  readonly previousHash?: string | undefined;
  /** Where it goes once it is built. Absent: nowhere, it is shipped. */
  readonly push?: PushSpec | undefined;
}

export interface PlannedImage {
  readonly plan: Plan;
  /** What runs, where it is known without building. */
  readonly identity: ImageIdentity | undefined;
}

export async function planImage(request: PlanImageRequest): Promise<PlannedImage> {
  const { builder, name, contentHash } = request;
  const known = await findBuilt(builder, { name, contentHash, readOnly: true });
  const builds = known === undefined ? [buildOperation(request)] : [];
  const operations = [...builds, ...pushOperations(request, builds)];
  return {
    plan: { schemaVersion: 1, kind: kindOf(request, operations.length), subject: name, operations, outages: [], notes: [] },
    identity: known && identityOf(known, builder.measured.imageStore),
  };
}

function buildOperation({ builder, name, contentHash, previousHash }: PlanImageRequest): Operation {
  const cause =
    previousHash === undefined
      ? "not built yet"
      : previousHash === contentHash
        ? `not on ${builder.name} any more`
        : "content changed";
  return {
    id: `build ${name}`,
    kind: "build image",
    subject: `image ${name}`,
    host: builder.name,
    cause,
    destructive: false,
    touchesData: false,
    dependsOn: [],
    detail: { contentHash },
  };
}

/** What the registry has already is found out by the push: it sends nothing then. */
function pushOperations({ builder, name, contentHash, push }: PlanImageRequest, builds: readonly Operation[]): Operation[] {
  if (push === undefined) return [];
  const reference = `${repositoryOf(push)}:${push.tag ?? contentTag(contentHash)}`;
  return [
    {
      id: `push ${name}`,
      kind: "push image",
      subject: `image ${name}`,
      host: builder.name,
      cause: `to ${reference}`,
      destructive: false,
      touchesData: false,
      dependsOn: builds.map(({ id }) => id),
      detail: { reference },
    },
  ];
}

function kindOf({ previousHash }: PlanImageRequest, operations: number): Plan["kind"] {
  if (operations === 0) return "none";
  return previousHash === undefined ? "create" : "update";
}
