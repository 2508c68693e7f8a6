/** Whether a host has what a workload requires. Pure. */
import { formatByteSize } from "./byte-size";
import type { HostTraits } from "./host-traits";
import type { Requirement } from "./requirements";
import { isUnknown } from "./unknown";

/** What is known of a host; undefined: not known yet, because the machine does not exist. */
export interface HostOffer {
  /** Docker's words. */
  readonly arch: string | undefined;
  /** As the kernel counts it. */
  readonly memoryBytes: number | undefined;
  readonly cpus: number | undefined;
  /** The engine has a runtime for GPUs. */
  readonly gpuRuntime: boolean | undefined;
  readonly traits: HostTraits;
}

export interface Lack {
  /** Where the program asks for it. */
  readonly by: string;
  readonly wanted: string;
  readonly has: string;
}

export interface HostFit {
  readonly lacks: readonly Lack[];
  /** Some of it cannot be judged before the machine exists. */
  readonly open: boolean;
}

export function hostFit(requirements: readonly Requirement[], offer: HostOffer): HostFit {
  const judged = requirements.map((requirement) => judge(requirement, offer));
  return { lacks: judged.flatMap((it) => (typeof it === "object" ? [it] : [])), open: judged.includes("open") };
}

type Verdict = "met" | "open" | Lack;

/** Of the memory a machine is sold with, firmware and kernel keep up to 8 %. */
const keptByKernel = 1 / 12;

function judge(requirement: Requirement, offer: HostOffer): Verdict {
  const { by } = requirement;
  switch (requirement.kind) {
    case "arch":
      return known(offer.arch, (arch) =>
        requirement.any.some((one) => one === arch || isUnknown(one))
          ? "met"
          : { by, wanted: requirement.any.join(" or "), has: arch },
      );
    case "memory":
      return known(offer.memoryBytes, (bytes) =>
        bytes >= requirement.bytes * (1 - keptByKernel)
          ? "met"
          : { by, wanted: `${readable(requirement.bytes)} of memory`, has: readable(bytes) },
      );
    case "cpus":
      return known(offer.cpus, (cpus) =>
        cpus >= requirement.count ? "met" : { by, wanted: `${requirement.count} CPUs`, has: String(cpus) },
      );
    case "gpus":
      return gpus(requirement, offer);
    case "storage":
      return known(offer.traits.storage.outlivesMachine, (outlives) =>
        outlives ? "met" : { by, wanted: "storage that outlives the machine", has: "storage that goes with it" },
      );
    case "endpoint":
      return known(offer.traits.endpoint.kind, (kind) =>
        kind === requirement.endpoint || (requirement.endpoint === "movable" && kind !== "none")
          ? "met"
          : { by, wanted: endpoints[requirement.endpoint], has: kind === "none" ? "none" : endpoints[kind] },
      );
  }
}

const endpoints = {
  movable: "an endpoint that can move (floating or dns)",
  floating: "a floating address",
  dns: "a DNS name",
} as const;

/** Declared by number, else measured as "some or none". */
function gpus({ by, count }: Extract<Requirement, { kind: "cpus" | "gpus" }>, { traits, gpuRuntime }: HostOffer): Verdict {
  const wanted = `${count} GPU${count === 1 ? "" : "s"}`;
  if (traits.gpus !== undefined) {
    return known(traits.gpus, (has) => (has >= count ? "met" : { by, wanted, has: String(has) }));
  }
  return known(gpuRuntime, (has) =>
    has
      ? "met"
      : { by, wanted, has: "an engine without an NVIDIA runtime (if it has GPUs all the same, write gpus on the host)" },
  );
}

function known<T>(value: T | undefined, judgeIt: (value: T) => Verdict): Verdict {
  return value === undefined || value === "" || isUnknown(value) ? "open" : judgeIt(value);
}

/** `4g`, `3.8g`, `1.5m`: at most one digit after the point. */
function readable(bytes: number): string {
  const exact = formatByteSize(bytes);
  if (exact.length <= 5) return exact;
  const unit = bytes >= 1024 ** 3 ? 1024 ** 3 : 1024 ** 2;
  return `${(bytes / unit).toFixed(1)}${unit === 1024 ** 3 ? "g" : "m"}`;
}
