/** What the script saw of a machine, from its lines to a record. Pure. */

export interface ObservedMachine {
  readonly os: OperatingSystem;
  /** Docker's words where Docker has one: amd64, arm64. */
  readonly arch: string;
  /** "" where the system has none. */
  readonly machineId: string;
  readonly systemd: boolean;
  /** Docker from a snap, which keeps its configuration elsewhere. */
  readonly snap: boolean;
  /** Who is logged in. */
  readonly user: string;
  /** Root needs no group. A login from before the user joined does not count yet all the same. */
  readonly mayUseDocker: boolean;
  /** The kernel enforces AppArmor and the program that loads profiles is missing: containers would not start. */
  readonly lacksAppArmor: boolean;
  readonly engine: ObservedEngine | undefined;
  readonly daemonJson: string | undefined;
  /** Drop-in of docker.service. */
  readonly guard: string | undefined;
  /** Drop-in and script by which containers are stopped with the machine. */
  readonly shutdownUnit: string | undefined;
  readonly shutdownScript: string | undefined;
  readonly dataRoot: { readonly path: string; readonly used: boolean };
  readonly recordUsed: boolean;
  /** Undefined when the program names no data disk. */
  readonly disk: ObservedDisk | undefined;
}

export interface OperatingSystem {
  /** debian, ubuntu, amzn. */
  readonly id: string;
  /** 12, 24.04, 2023. */
  readonly version: string;
  /** bookworm, noble; "" on Amazon Linux. */
  readonly codename: string;
  /** For people: Debian GNU/Linux 12 (bookworm). */
  readonly name: string;
}

export interface ObservedEngine {
  /** "" when no package of ours to know brought it. */
  readonly package: string;
  /** As the package has it, without epoch; "" without a package. */
  readonly version: string;
  readonly active: boolean;
  readonly enabled: boolean;
  /** It runs with an older daemon.json than there is. */
  readonly stale: boolean;
  /** Units were changed and systemd has not read them. */
  readonly needsReload: boolean;
  readonly runningContainers: number;
  /** It listens on TCP by its unit's command line. */
  readonly listensByUnit: boolean;
}

export interface ObservedDisk {
  readonly state: "missing" | "no block device" | "unreadable" | "blank" | "filesystem" | "other";
  /** What is on it, for people: `ext4`, `partition table gpt`, `data without a signature`. */
  readonly content: string;
  /** By root. Else it is only known whether it is mounted. */
  readonly read: boolean;
  /** Of a file system. */
  readonly type: string;
  readonly label: string;
  readonly bytes: number;
  readonly mountedAt: readonly string[];
  /** The disk is what is mounted at the wanted place. */
  readonly mounted: boolean;
  /** Something else is mounted there. */
  readonly placeTaken: boolean;
  /** There are files at the wanted place that a mount would hide. */
  readonly placeUsed: boolean;
  /** The disk's folder for the record is mounted. */
  readonly recordMounted: boolean;
  readonly mountUnit: string | undefined;
  readonly recordUnit: string | undefined;
  /** Source of an entry of /etc/fstab for the same place. */
  readonly fstab: string;
  /** The program that formats is there. */
  readonly mkfs: boolean;
}

/** @param output of the script in its mode "look" */
export function readObserved(output: string): ObservedMachine {
  const facts = readFacts(output);
  const one = (name: string): string => facts.get(name)?.[0] ?? "";
  const is = (name: string): boolean => one(name) === "yes";
  const file = (name: string): string | undefined => facts.get(`${name}:`)?.[0];
  const user = one("user");
  return {
    os: operatingSystem(file("osRelease") ?? ""),
    arch: dockerArch(one("arch")),
    machineId: one("machineId"),
    systemd: is("systemd"),
    snap: is("snap"),
    user,
    mayUseDocker: user === "root" || one("groups").split(" ").includes("docker"),
    lacksAppArmor: one("apparmor") === "missing",
    engine: is("dockerd") || one("package") !== "" ? engine(one) : undefined,
    daemonJson: file("daemonJson"),
    guard: file("guard"),
    shutdownUnit: file("shutdownUnit"),
    shutdownScript: file("shutdownScript"),
    dataRoot: { path: one("dataRoot"), used: is("dataRootUsed") },
    recordUsed: is("recordUsed"),
    disk: facts.has("disk") ? disk(facts, one, file) : undefined,
  };
}

type Facts = ReadonlyMap<string, readonly string[]>;
type One = (name: string) => string;

/** `name=value`, several times for a list; `name:base64` for a file, kept under `name:`. */
function readFacts(output: string): Facts {
  const facts = new Map<string, string[]>();
  for (const line of output.split("\n")) {
    const [, name = "", sign, value = ""] = /^(\w+)([=:])(.*)$/.exec(line) ?? [];
    if (name === "") continue;
    const key = sign === ":" ? `${name}:` : name;
    facts.set(key, [...(facts.get(key) ?? []), sign === ":" ? Buffer.from(value, "base64").toString() : value]);
  }
  return facts;
}

function operatingSystem(release: string): OperatingSystem {
  const value = (name: string): string => new RegExp(`^${name}=["']?(.*?)["']?$`, "m").exec(release)?.[1] ?? "";
  const [id, version] = [value("ID"), value("VERSION_ID")];
  return { id, version, codename: value("VERSION_CODENAME"), name: value("PRETTY_NAME") || `${id} ${version}` };
}

const dockerArch = (machine: string): string => ({ x86_64: "amd64", aarch64: "arm64" })[machine] ?? machine;

function engine(one: One): ObservedEngine {
  const [name = "", version = ""] = one("package").split(" ");
  return {
    package: name,
    version: version.replace(/^\d+:/, ""),
    active: one("unitActiveState") === "active",
    enabled: one("unitUnitFileState") === "enabled",
    stale: one("daemonStale") === "yes",
    needsReload: one("unitNeedDaemonReload") === "yes",
    runningContainers: Number(one("running")),
    listensByUnit: one("unitExecStart").includes("tcp://"),
  };
}

function disk(facts: Facts, one: One, file: (name: string) => string | undefined): ObservedDisk {
  const number = one("diskNumber");
  const at = one("mountNumber");
  return {
    ...diskContent(one),
    type: one("diskType"),
    label: one("diskLabel"),
    read: one("diskTrusted") !== "yes",
    bytes: Number(one("diskBytes")),
    mountedAt: facts.get("diskMount") ?? [],
    mounted: number !== "" && at === number,
    placeTaken: at !== "" && at !== number,
    placeUsed: at === "" && one("mountPointUsed") === "yes",
    recordMounted: number !== "" && one("recordNumber") === number,
    mountUnit: file("mountUnit"),
    recordUnit: file("recordUnit"),
    fstab: one("fstab"),
    mkfs: one("mkfs") === "yes",
  };
}

/** blkid's exit code: 0 it found something, 2 nothing, 8 contradictory signatures. Disks without a signature may hold data all the same. */
function diskContent(one: One): Pick<ObservedDisk, "state" | "content"> {
  if (one("disk") === "missing") return { state: "missing", content: "" };
  if (one("disk") !== "present") return { state: "no block device", content: "" };
  // Not read for want of root: good for nothing but finding that it is mounted as it should be.
  if (one("diskTrusted") === "yes") return { state: "filesystem", content: "" };
  if (one("diskTable") !== "") return { state: "other", content: `a partition table (${one("diskTable")})` };
  if (Number(one("diskParts")) > 1) return { state: "other", content: "parts of its own" };
  if (one("diskProbe") === "0") {
    const type = one("diskType");
    return { state: ["ext4", "xfs"].includes(type) ? "filesystem" : "other", content: type === "" ? "something" : type };
  }
  if (one("diskProbe") !== "2") return { state: "other", content: "contradictory signatures" };
  if (one("diskZero") === "unread") return { state: "unreadable", content: "" };
  if (one("diskZero") !== "yes") return { state: "other", content: "data without a signature" };
  return { state: "blank", content: "" };
}
