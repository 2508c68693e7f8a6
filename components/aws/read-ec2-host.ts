/** What a person wrote of a host at Amazon, read as a whole: every mistake by its path, before anything is asked of Amazon. Pure. */
import { isIP } from "node:net";
import { type CloudInitInput, cloudInitText, normaliseCloudInit } from "../../sdk/spec/cloud-init";
import type { Problem } from "../../sdk/spec/drayage-error";
import { Place } from "../../sdk/spec/place";
import { readPrepare } from "../../sdk/spec/prepare";
import { fields, isRecord, leaf, listOf, matching, oneOf, type Reader, requireKeys, wholeNumber } from "../../sdk/spec/read";
import { isUnknown } from "../../sdk/spec/unknown";
import { isWithin } from "./cidr";
import type { MachineSystem } from "./ec2-host-args";
import { type Arch, archOfSize, readInstanceSize } from "./instance-size";
import { machineSystems } from "./machine-systems";
import { type DataDiskSpec, type DiskSpec, kmsKeyId, readDataDisk, readExistingDisk, readRootDisk } from "./read-disk";
import { readDns } from "./read-dns";
import { type FirewallSpec, firewallReaders, judgeFirewall } from "./read-firewall";
import { readPermissions } from "./read-identity";
import { availabilityZone, readNetwork, readTags } from "./read-network";

export interface Ec2HostSpec extends FirewallSpec {
  readonly size: string;
  readonly arch: Arch;
  readonly image: { readonly os: MachineSystem } | { readonly id: string };
  readonly rootDisk: DiskSpec;
  readonly dataDisk: DataDiskSpec;
  readonly hopLimit: number;
  readonly user: string;
  readonly retired: boolean | "unseen";
}

export type ReadEc2Host = { readonly spec: Ec2HostSpec } | { readonly problems: readonly Problem[] };

/** `keys`: what opens the login, where the program does not say. */
export function readEc2Host(input: unknown, keys: readonly string[] | Problem): ReadEc2Host {
  const problems: Problem[] = [];
  const place = Place.root(problems, { allowUnknown: true });
  const read = hostFields(input, place) ?? {};
  requireKeys(input, ["size"], place);
  const { size = "", hopLimit = 1, user = "deploy", retired = false } = read;
  const { sshFrom, ports } = judgeFirewall(input, read, place);
  const arch = archOfSize(size);
  if (size !== "" && read.image?.arch !== undefined && read.image.arch !== arch)
    place.key("image").key("arch").problem(`is ${read.image.arch}, and ${size} is ${arch}: take a size or an image of the other`);
  if (read.subnetId !== undefined && read.network !== undefined)
    place.key("network").problem("is another way than 'subnetId'; keep one of them");
  if (read.availabilityZone !== undefined && (read.subnetId ?? read.network) !== undefined)
    place.key("availabilityZone").problem("is decided by the subnet; leave it out");
  if (read.permissions !== undefined && read.identity !== undefined)
    place.key("permissions").problem("belong to the Ec2Identity that 'identity' names; write them there");
  const inOwn = (read.subnetId ?? read.network) === undefined;
  if (inOwn && read.endpointAddress !== undefined && !isWithin(read.endpointAddress, readNetwork({}).spec.subnetCidr))
    place.key("endpointAddress").problem(`is not in the host's own subnet, ${readNetwork({}).spec.subnetCidr}`);
  checkLogin(read, user, keys, place);
  if (problems.length > 0) return { problems };
  const { image, rootDisk, dataDisk } = read;
  return {
    spec: {
      ...{ size, arch, sshFrom, ports, hopLimit, user, retired },
      image: image?.id === undefined ? { os: image?.os ?? "debian-12" } : { id: image.id },
      rootDisk: rootDisk ?? { size: 12, type: "gp3" },
      dataDisk: dataDisk ?? { size: 20, type: "gp3" },
    },
  };
}

/** The text that the machine will boot with, measured with a key of the length that every HostKey has. */
function checkLogin(read: Login, user: string, keys: readonly string[] | Problem, place: Place): void {
  const written = read.authorizedKeys;
  if (written === undefined && !isList(keys)) {
    if (read.retired === undefined || read.retired === false) place.key("authorizedKeys").problem(keys.reason);
    return;
  }
  const input: CloudInitInput = { user, authorizedKeys: written ?? (isList(keys) ? keys : []) };
  const known = normaliseCloudInit(input, { allowUnknown: true });
  if ("problems" in known) {
    for (const { path, reason } of known.problems) at(place, path).problem(reason);
    return;
  }
  const text = cloudInitText(sampleKey, known.spec);
  if (typeof text !== "string") place.key("authorizedKeys").problem(text.problem.reason);
}

interface Login {
  readonly authorizedKeys?: readonly string[];
  readonly retired?: boolean | "unseen";
}

const at = (place: Place, path: string): Place => {
  const [, key = path, index] = /^([^[]*)(?:\[(\d+)\])?$/.exec(path) ?? [];
  return index === undefined ? place.key(key) : place.key(key).index(Number(index));
};
const isList = (keys: readonly string[] | Problem): keys is readonly string[] => Array.isArray(keys);
/** As long as a real pair, in lines as long as its. */
const sampleKey = { privateKey: [30, 64, 64, 36, 28].map((length) => "x".repeat(length)).join("\n"), publicKey: "x".repeat(160) };

const imageFields = fields(
  {
    os: oneOf(...machineSystems),
    id: matching("an image's id such as 'ami-0abc…'", /^ami-[0-9a-f]{8,}$/),
    arch: oneOf("amd64", "arm64"),
  },
  { ami: "write it as 'id'", name: "write 'os', or 'id' of one image" },
);
const image: typeof imageFields = (value, place) => {
  const read = imageFields(value, place);
  if (read?.os !== undefined && read.id !== undefined) place.key("id").problem("is another way than 'os'; keep one of them");
  return read;
};

/** A component of ours in place of arguments: it has read its own. */
const component: Reader<object> = (value, place) =>
  isRecord(value) && typeof value.urn === "string" ? value : place.expected("what the program has made of its class", value);
const dataDisk: Reader<DataDiskSpec> = (value, place) =>
  isRecord(value) && typeof value.urn === "string"
    ? { type: "gp3" }
    : isRecord(value) && "volumeId" in value
      ? readExistingDisk(value, place)
      : readDataDisk(value, place);

const prepare: Reader<object> = (value, place) => {
  if (isRecord(value) && value.dataDisk !== undefined)
    place.key("dataDisk").problem("is filled in by the host's own 'dataDisk'; write it there");
  return readPrepare(value, place);
};

const hostFields = fields(
  {
    size: readInstanceSize,
    ...firewallReaders,
    subnetId: matching("a subnet's id such as 'subnet-0abc…'", /^subnet-[0-9a-f]{8,}$/),
    network: component,
    availabilityZone,
    image,
    rootDisk: readRootDisk,
    dataDisk,
    kmsKeyId,
    hopLimit: wholeNumber(1, 64),
    identity: component,
    permissions: readPermissions,
    user: matching("a login name", /^\S+$/),
    authorizedKeys: (value: unknown, place: Place) => listOf(anyText, "a list of public keys")(value, place.hidden()),
    identityFile: (value: unknown, place: Place) => (Array.isArray(value) ? listOf(filled)(value, place) : filled(value, place)),
    dns: readDns,
    tags: readTags,
    prepare,
    endpointAddress: leaf("a private IPv4 address of the subnet", (value) =>
      typeof value === "string" && isIP(value) === 4 ? value : undefined,
    ),
    retired: leaf("true, false or 'unseen'", (value) =>
      value === true || value === false || value === "unseen" ? (value as boolean | "unseen") : undefined,
    ),
    transform: (value: unknown) => value,
  },
  {
    instanceType: "write it as 'size'",
    ami: "write it as image: { id }",
    userData: "what the machine needs is done over ssh, by 'prepare'",
    keyName: "write 'authorizedKeys': the machine gets its login by user data",
    securityGroups: "write 'ports' and 'sshFrom', or adjust them by 'transform'",
  },
);

const anyText = leaf("a public key", (value) => (typeof value === "string" && value !== "" ? value : undefined));
const filled = leaf("the path of a private key", (value) =>
  typeof value === "string" && value !== "" && !isUnknown(value) ? value : undefined,
);
