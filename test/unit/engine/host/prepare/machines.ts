/** Machines as the look script tells of them. */
import { type ObservedMachine, readObserved } from "../../../../../sdk/engine/host/prepare/observed-machine";
import { shutdownScript, shutdownUnit } from "../../../../../sdk/engine/host/prepare/shutdown-hook";
import { diskUnits } from "../../../../../sdk/engine/host/prepare/wanted-files";
import { Place } from "../../../../../sdk/spec/place";
import { type PrepareInput, type PrepareSpec, readPrepare } from "../../../../../sdk/spec/prepare";

const base64 = (text: string) => Buffer.from(text).toString("base64");

export const debian =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';
export const ubuntu = 'PRETTY_NAME="Ubuntu 24.04.2 LTS"\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n';
export const amazon =
  'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\nPRETTY_NAME="Amazon Linux 2023.9"\n';

export const device = "/dev/disk/by-id/data";

export type Facts = Readonly<Record<string, string | undefined>>;

/** What the look script prints of a machine that nobody has touched, with these facts changed. */
export function lookOutput(changes: Facts = {}): string {
  const facts: Facts = {
    "osRelease:": base64(debian),
    arch: "x86_64",
    machineId: "0123456789abcdef0123456789abcdef",
    systemd: "yes",
    user: "deploy",
    groups: "deploy sudo",
    running: "0",
    dataRoot: "/var/lib/docker",
    ...changes,
  };
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => (name.endsWith(":") ? `${name}${value}\n` : `${name}=${value}\n`)).join("");
}

export const machine = (changes: Facts = {}): ObservedMachine => readObserved(lookOutput(changes));

export const blankDisk = {
  disk: "present",
  diskNumber: "254:16",
  diskBytes: "10737418240",
  diskParts: "1",
  diskProbe: "2",
  diskZero: "yes",
  mkfs: "yes",
};
const ourDisk = { ...blankDisk, diskProbe: "0", diskType: "ext4", diskLabel: "drayage-data", diskZero: undefined };
export const runningEngine = {
  package: "docker.io 20.10.24+dfsg1-1+deb12u1",
  dockerd: "yes",
  unitLoadState: "loaded",
  unitActiveState: "active",
  unitUnitFileState: "enabled",
  "shutdownUnit:": base64(shutdownUnit),
  "shutdownScript:": base64(shutdownScript),
  groups: "deploy docker",
};

export const spec = (input: PrepareInput = {}): PrepareSpec => {
  const problems: never[] = [];
  const read = readPrepare(input, Place.root(problems));
  if (read === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return read;
};

export const withDisk = { dataDisk: { device } };
const units = diskUnits({ device, mountPoint: "/srv/data", filesystem: "ext4" });
export const mountedDisk = {
  ...ourDisk,
  diskMount: "/srv/data",
  mountNumber: "254:16",
  recordNumber: "254:16",
  "mountUnit:": base64(units.mountUnit),
  "recordUnit:": base64(units.recordUnit),
  "guard:": base64(units.guard),
};
export const unmountedDisk = { ...mountedDisk, diskMount: undefined, mountNumber: "", recordNumber: "" };

export const defaults = {
  "log-driver": "json-file",
  "log-opts": { "max-file": "3", "max-size": "10m" },
  "live-restore": true,
  "default-address-pools": [{ base: "10.214.0.0/16", size: 24 }],
};
export const daemonJson = (content: object | string): { "daemonJson:": string } => ({
  "daemonJson:": base64(typeof content === "string" ? content : JSON.stringify(content)),
});
