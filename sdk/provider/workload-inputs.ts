/** What the program wants of a workload, out of the resource's inputs. */

import type { Problem } from "../spec/drayage-error";
import { type HostRefSpec, readHostRef } from "../spec/host";
import { type NormalisedWorkload, normaliseWorkload } from "../spec/normalise-workload";
import { Place } from "../spec/place";
import { anchoredWorkload } from "./anchored-secrets";
import { recordOf, textOf } from "./common-inputs";
import { isRecord, type PlainRecord } from "./plain";
import { formatPath, type PropertyPath } from "./property-path";
import { comparedLocks } from "./workload-locks";
import type { WorkloadState } from "./workload-state";

export function readContent(inputs: PlainRecord): NormalisedWorkload {
  const { name, services, volumes, networks, subnets, needs, forward } = inputs;
  const content = normaliseWorkload({ name, services, volumes, networks, subnets, needs, forward }, { allowUnknown: true });
  return anchoredWorkload(content, textOf(inputs.programDir));
}

export function readHost(inputs: PlainRecord): HostRefSpec | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const ref = readHostRef(inputs.host, Place.root(problems, { allowUnknown: true }).key("host"));
  return ref === undefined || problems.length > 0 ? { problems } : ref;
}

export interface WantedHost {
  readonly ref: HostRefSpec;
  /** Said in preview: a pin decides, or no longer does. */
  readonly note: string | undefined;
}

/** The program's host, unless a pin keeps the workload where it is and the program still says what it said when it was pinned. */
export function wantedHost(inputs: PlainRecord, state: WorkloadState | undefined): WantedHost {
  const written = readHost(inputs);
  if ("problems" in written) throw new Error(written.problems.map((it) => it.reason).join("; "));
  if (!isRecord(inputs.pin)) return { ref: written, note: undefined };
  const { host, instead } = { host: textOf(inputs.pin.host), instead: textOf(inputs.pin.instead) };
  const unpin = `dray unpin ${textOf(inputs.name)}`;
  if (instead !== written.name) {
    return {
      ref: written,
      note: `the pin to ${host} is void: the program says ${written.name}, and said ${instead} then (${unpin})`,
    };
  }
  const declared = readHostRef(inputs.pin.ref, Place.root([], { allowUnknown: true }));
  const pinned = declared ?? state?.placements[host];
  if (pinned === undefined)
    return { ref: written, note: `the pin to ${host} has no effect: the program has no such host (${unpin})` };
  return { ref: pinned, note: `pinned to ${host}; the program says ${instead} (${unpin})` };
}

/** A secret in the environment would be seen by everybody who may inspect the container. */
export function secretsInEnvironment(secretPaths: readonly PropertyPath[]): Problem[] {
  return secretPaths.flatMap((path) => {
    const [services, service, part, name] = path;
    if (services !== "services") return [];
    if (part === "environment") {
      const secret = name === undefined ? "NAME" : String(name);
      const line = `secrets: { ${secret}: { value, env: "${secret}" } }`;
      return [
        {
          path: formatPath(path),
          reason: `is a secret, and the environment is visible in inspect; give it as a file by 'secrets', or write ${line}`,
        },
      ];
    }
    if (part === undefined || part === "labels" || part === "command" || part === "entrypoint") {
      return [
        {
          path: formatPath(path),
          reason: `holds a secret where everybody can see it; only the values in services.${service ?? "NAME"}.secrets may be secret`,
        },
      ];
    }
    return [];
  });
}

/** Compared with what was stored: what runs, without where and without facts of the operator's machine. */
export function comparedInputs({
  name,
  services,
  volumes,
  networks,
  subnets,
  needs,
  forward,
  locks = null,
}: PlainRecord): PlainRecord {
  const bare = Object.entries(recordOf(services)).map(([key, service]) => [key, withoutBuilder(recordOf(service))] as const);
  const compared = {
    name,
    services: Object.fromEntries(bare),
    volumes,
    networks,
    subnets,
    needs,
    forward: forward === false ? forward : null,
  };
  return { ...compared, locks: comparedLocks({ locks }) ?? null };
}

/** Which engine built an image and how it travels changes nothing of what runs. */
function withoutBuilder(service: PlainRecord): PlainRecord {
  if (!isRecord(service.image)) return service;
  const { builder: _, pushed: _p, ...image } = service.image;
  return { ...service, image };
}
