/** What a volume may be, by Amazon's table of types: a wrong combination would fail only after the network was made. Pure. */
import type { Problem } from "../../sdk/spec/drayage-error";
import { Place } from "../../sdk/spec/place";
import { compact, fields, flag, isRecord, matching, oneOf, type Reader, requireKeys, wholeNumber } from "../../sdk/spec/read";
import type { DataDiskArgs, RootDiskArgs, VolumeType } from "./ec2-host-args";
import { availabilityZone, readTags } from "./read-network";

export interface DiskSpec {
  /** GiB; undefined: what the snapshot has. */
  readonly size?: number;
  readonly type: VolumeType;
  readonly iops?: number;
  readonly throughput?: number;
}

export interface DataDiskSpec extends DiskSpec {
  readonly filesystem?: "ext4" | "xfs";
}

interface Limits {
  /** GiB. */
  readonly size: readonly [number, number];
  readonly iops?: readonly [number, number];
  /** Operations per second and GiB. */
  readonly iopsPerGiB?: number;
  /** MiB per second. */
  readonly throughput?: readonly [number, number];
  readonly boots: boolean;
}

const limits: Readonly<Record<VolumeType, Limits>> = {
  gp3: { size: [1, 65_536], iops: [3000, 80_000], iopsPerGiB: 500, throughput: [125, 2000], boots: true },
  gp2: { size: [1, 16_384], boots: true },
  io2: { size: [4, 65_536], iops: [100, 256_000], iopsPerGiB: 1000, boots: true },
  io1: { size: [4, 16_384], iops: [100, 64_000], iopsPerGiB: 50, boots: true },
  st1: { size: [125, 16_384], boots: false },
  sc1: { size: [125, 16_384], boots: false },
};

const shared = {
  size: wholeNumber(1),
  type: oneOf("gp3", "gp2", "io2", "io1", "st1", "sc1"),
  iops: wholeNumber(1),
  throughput: wholeNumber(1),
};
export const kmsKeyId = matching("the ARN or id of a key", /^\S+$/);
const rootFields = fields(shared, { encrypted: "it always is" });
const snapshotId = matching("a snapshot's id such as 'snap-0abc…'", /^snap-[0-9a-f]{8,}$/);
const dataFields = fields(
  { ...shared, snapshotId: (value, place) => snapshotId(value, place), filesystem: oneOf("ext4", "xfs") },
  {
    encrypted: "it always is",
    device: "it is known by its volume",
  },
);

export const readRootDisk: Reader<DiskSpec> = (value, place) => {
  const read = rootFields(value, place);
  if (read === undefined) return undefined;
  const spec: DiskSpec = compact({ ...read, size: read.size ?? 12, type: read.type ?? "gp3" });
  if (!limits[spec.type].boots) place.key("type").problem(`'${spec.type}' cannot boot a machine; take gp3`);
  checkLimits(spec, read, place);
  return spec;
};

/** `snapshotId` is left to who makes the volume: it may be an Output. */
export const readDataDisk: Reader<DataDiskSpec> = (value, place) => {
  const read = dataFields(value, place);
  if (read === undefined) return undefined;
  const { snapshotId, ...rest } = read;
  const size = read.size ?? (snapshotId === undefined ? 20 : undefined);
  const spec: DataDiskSpec = compact({ ...rest, size, type: read.type ?? "gp3" });
  checkLimits(spec, read, place);
  return spec;
};

const existingFields = fields(
  { volumeId: matching("a volume's id such as 'vol-0abc…'", /^vol-[0-9a-f]{8,}$/), filesystem: oneOf("ext4", "xfs") },
  {
    size: "it has one",
    type: "it has one",
    snapshotId: "it begins with what is on it",
  },
);

/** Of a volume that exists only the file system matters, and where it is empty. */
export const readExistingDisk: Reader<DataDiskSpec> = (value, place) => {
  const read = existingFields(value, place);
  return read && compact({ filesystem: read.filesystem, type: "gp3" as const });
};

/** The arguments of a volume that stands alone. */
export function readDataVolume(input: unknown): { readonly spec: DataDiskSpec; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const place = Place.root(problems, { allowUnknown: true });
  const written = isRecord(input) ? input : {};
  const { availabilityZone: _z, kmsKeyId: _k, protected: _p, tags: _t, ...disk } = written;
  const own = { availabilityZone: _z, kmsKeyId: _k, protected: _p, tags: _t };
  const more = fields({ availabilityZone, kmsKeyId, protected: flag, tags: readTags });
  more(compact(own), place);
  requireKeys(written, ["availabilityZone"], place);
  return { spec: readDataDisk(disk, place) ?? { type: "gp3" }, problems };
}

function checkLimits({ type, size }: DiskSpec, { iops, throughput }: RootDiskArgs | DataDiskArgs, place: Place): void {
  const { size: sizes, iops: rates, iopsPerGiB = 0, throughput: flows } = limits[type];
  const within = (key: string, value: number | undefined, range: readonly [number, number] | undefined, unit: string): void => {
    if (value === undefined) return;
    if (range === undefined) place.key(key).problem(`does not go with '${type}', which has what Amazon gives it`);
    else if (value < range[0] || value > range[1])
      place.key(key).problem(`expected ${range[0]} to ${range[1]} ${unit} for '${type}', got ${value}`);
  };
  within("size", size, sizes, "GiB");
  within("iops", iops, rates, "operations per second");
  within("throughput", throughput, flows, "MiB per second");
  const needsRate = type === "io1" || type === "io2";
  if (needsRate && iops === undefined) place.key("iops").problem(`is missing: '${type}' needs it`);
  if (iops !== undefined && rates !== undefined && size !== undefined && iops > Math.max(size * iopsPerGiB, rates[0]))
    place.key("iops").problem(`expected at most ${iopsPerGiB} for each GiB of '${type}', ${size * iopsPerGiB}, got ${iops}`);
  // gp3 gives a MiB per second for every four operations.
  if (flows !== undefined && throughput !== undefined && throughput > Math.max((iops ?? 3000) / 4, flows[0]))
    place.key("throughput").problem(`expected at most a quarter of iops (${(iops ?? 3000) / 4}), got ${throughput}`);
}
