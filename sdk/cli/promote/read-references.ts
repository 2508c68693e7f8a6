/** Which images the ready references of a stack really mean: what its hosts run. */
import { parseImageReference } from "../../spec/image-reference";
import type { Fleet, FleetHost } from "../fleet/fleet";
import { type Deployed, type DeployedWorkload, referencesOf } from "./deployed";
import type { RunReference } from "./propose-pins";

export interface ReadReferences {
  /** By `workload/service`. */
  readonly found: Readonly<Record<string, RunReference>>;
  /** Those of which no host tells what they mean. */
  readonly missing: readonly string[];
}

/** @throws HOST_… when a host that runs one does not answer */
export async function readReferences(fleet: Fleet, runs: Deployed): Promise<ReadReferences> {
  const read = Object.entries(referencesOf(runs)).map(async ([key, ref]) => {
    const [workload = "", service = ""] = key.split("/");
    return [key, await runReference(fleet, runs.workloads[workload], service, ref)] as const;
  });
  const all = await Promise.all(read);
  return {
    found: Object.fromEntries(all.flatMap(([key, it]) => (it === undefined ? [] : [[key, it] as const]))),
    missing: all.flatMap(([key, it]) => (it === undefined ? [key] : [])),
  };
}

async function runReference(
  fleet: Fleet,
  workload: DeployedWorkload | undefined,
  service: string,
  ref: string,
): Promise<RunReference | undefined> {
  if (workload?.host === undefined) return undefined;
  const host = await fleet.connect(workload.host);
  const id = (await host.record.read()).workloads[workload.identity]?.releases.at(-1)?.images[service];
  if (id === undefined) return undefined;
  const digest = await digestOf(host, id, ref);
  return { ref, id, ...(digest !== undefined && { digest }) };
}

/** The one under the reference's own repository: an image may have come from several. */
async function digestOf({ docker }: FleetHost, id: string, ref: string): Promise<string | undefined> {
  const wanted = parseImageReference(ref);
  const digests = (await docker.inspectImage(id))?.RepoDigests ?? [];
  return digests.find((digest) => {
    const found = parseImageReference(digest);
    return found?.registry === wanted?.registry && found?.repository === wanted?.repository;
  });
}
