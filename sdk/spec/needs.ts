/** What a workload asks of the host it lives on. What its services imply is added by `requirementsOf`. */
import { byteSize } from "./byte-size";
import { compact, fields, flag, listOf, matching, oneOf, type Reader } from "./read";

export interface NeedsInput {
  /** Architecture of the host in Docker's words, `"arm64"`, or several that would do. Default: what the services' platforms say. */
  readonly arch?: string | readonly string[];
  /**
   * Memory of the host, `"4g"` or bytes, counted as machines are sold: the kernel may keep a twelfth of it. Default: the sum of the
   * services' `memory` limits.
   */
  readonly memory?: string | number;
  /** The data must stay when the machine goes: the host's `storage.outlivesMachine`. Default false. */
  readonly persistent?: boolean;
  /**
   * What clients dial must be able to follow the workload to another machine: `movable` takes a floating address or a DNS name.
   * Default: the host's own address will do.
   */
  readonly endpoint?: "movable" | "floating" | "dns";
}

export interface NeedsSpec {
  /** One of these. */
  readonly arch?: readonly string[];
  readonly memoryBytes?: number;
  readonly persistent?: boolean;
  readonly endpoint?: "movable" | "floating" | "dns";
}

export const readNeeds: Reader<NeedsSpec> = (value, place) => {
  const { arch, memory, ...rest } = needs(value, place) ?? {};
  return compact({ arch: arch && [arch].flat(), memoryBytes: memory, ...rest }) as NeedsSpec;
};

const architecture = matching(
  "an architecture in Docker's words, such as 'amd64' or 'arm64'",
  /^(?!aarch64$|i[36]86$)[a-z0-9]+$/,
);
const arch: Reader<string | readonly string[]> = (value, place) =>
  Array.isArray(value) ? listOf(architecture)(value, place) : architecture(value, place);

const needs = fields(
  { arch, memory: byteSize, persistent: flag, endpoint: oneOf("movable", "floating", "dns") },
  {
    architecture: "write it as 'arch'",
    cpus: "it follows from the services' 'cpus'",
    gpus: "it follows from the services' 'gpus'",
    platform: "write the architecture as 'arch'",
  },
);
