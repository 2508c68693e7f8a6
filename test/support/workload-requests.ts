/** Requests for the workload room's doors, from what a person would write. */
import { randomBytes } from "node:crypto";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import type { Owner } from "../../sdk/engine/record/host-record";
import { type Report, silentReport } from "../../sdk/engine/report";
import type { ConfigFiles } from "../../sdk/engine/workload/config-files";
import type { ImageSupply, WantedImage } from "../../sdk/engine/workload/image-supply";
import type { ApplyRequest } from "../../sdk/engine/workload/workload-request";
import { normaliseWorkload } from "../../sdk/spec/normalise-workload";
import type { WorkloadInput, WorkloadSpec } from "../../sdk/spec/workload";

export const testOwner: Owner = { stackUid: "test-stack", project: "shop", stack: "dev", id: "shop-000000000001" };

export interface RequestParts {
  readonly identity: string;
  readonly host: HostHandle;
  readonly clock: ApplyRequest["context"]["clock"];
  readonly owner?: Owner;
  readonly signal?: AbortSignal;
  readonly report?: Partial<Report>;
  readonly images?: ImageSupply;
}

export function requestFor(input: WorkloadInput, parts: RequestParts): ApplyRequest {
  const { spec, secrets } = normalised(input);
  return {
    identity: parts.identity,
    owner: parts.owner ?? testOwner,
    spec,
    secrets,
    secretKey: "test-key",
    host: parts.host,
    images: parts.images ?? imagesOnTheHost,
    configs: textConfigs,
    holder: "tester@here pid 1",
    context: {
      report: { ...silentReport, ...parts.report },
      signal: parts.signal ?? new AbortController().signal,
      clock: parts.clock,
    },
  };
}

export function normalised(input: WorkloadInput): { spec: WorkloadSpec; secrets: ApplyRequest["secrets"] } {
  const result = normaliseWorkload(input);
  if ("problems" in result) throw new Error(result.problems.map((one) => `${one.path}: ${one.reason}`).join("\n"));
  return result;
}

export function randomIdentity(): string {
  return randomBytes(16).toString("hex");
}

/** Images that are there already, found by reference; nothing is shipped. */
export const imagesOnTheHost: ImageSupply = {
  missing: async (host, wanted) => ({ present: true, id: await idOf(host, wanted) }),
  supply: idOf,
};

async function idOf(host: HostHandle, { image, lockedTo }: WantedImage): Promise<string> {
  const ref = image.kind === "reference" ? image.ref : image.name;
  const found = await host.docker.inspectImage(lockedTo ?? ref);
  if (!found) throw new Error(`no image ${ref}`);
  return found.Id;
}

const textConfigs: ConfigFiles = {
  read: async (source) => {
    if (source.kind !== "text") throw new Error("only texts in tests");
    return [{ path: "", executable: false, content: Buffer.from(source.text) }];
  },
};
