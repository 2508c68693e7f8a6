/** Everything of one host. Pure. */
import { fingerprintOf, parseHostKey } from "../../engine/connection/host-key";
import { publishedAddress } from "../../spec/host-traits";
import type { HostReport } from "../fleet/host-report";
import { clockText, dataText, memoryText, shade } from "./host-gauges";
import { counted, humanAge, humanBytes, humanSeconds } from "./human";
import type { Paint } from "./paint";
import { standing, stateText } from "./render-hosts";
import { pad } from "./table";

export function renderHost(it: HostReport, now: number, paint: Paint): string {
  const head = `${paint.bold(it.name)}  ${it.address}`;
  const bad = standing(it);
  const lines = [...machine(it, paint), ...identity(it), ...offers(it), ...runs(it), ...keeps(it, now)];
  const shown = lines.map(([title, text]) => `  ${paint.dim(pad(title, 9))} ${text}`);
  return [head, ...(bad === undefined ? [] : [`  ${paint.red(bad)}`]), ...shown].join("\n");
}

type Line = readonly [title: string, text: string];

function machine(it: HostReport, paint: Paint): Line[] {
  const { measured, now } = it;
  if (measured === undefined) return [];
  const { osName, kernel, arch, cpus, memoryBytes, engineVersion, apiVersion, minApiVersion, storageDriver } = measured;
  const api = minApiVersion === undefined ? `API ${apiVersion}` : `API ${minApiVersion} to ${apiVersion}`;
  const restore = `live-restore ${measured.liveRestore ? "on" : "off"}`;
  const up = now === undefined ? "" : `; up ${humanSeconds(now.uptimeSeconds)}`;
  return [
    ["machine", `${osName}, kernel ${kernel}, ${arch}, ${counted(cpus, "CPU")}, ${humanBytes(memoryBytes)}${up}`],
    ["engine", `${engineVersion}, ${api}, ${storageDriver}, cgroup ${measured.cgroupVersion}, ${restore}`],
    ...(now === undefined ? [] : present(it, now, paint)),
  ];
}

function present(it: HostReport, now: NonNullable<HostReport["now"]>, paint: Paint): Line[] {
  const [memory, data, clock] = [memoryText(it), dataText(it), clockText(it)].map((gauge) => shade(gauge, paint)(gauge.text));
  const load = now.load.map((value) => value.toFixed(2)).join(" ");
  const error = `${now.clockOffsetMs > 0 ? "+" : ""}${now.clockOffsetMs} ms, known to ${now.clockErrorMs} ms`;
  const goes = it.traits.storage.outlivesMachine ? "outlives the machine" : "goes with the machine";
  return [
    ["now", `load ${load}; memory ${memory}; clock ${clock} (${error})`],
    ["data", `${data} at ${now.data.path} (${now.data.fsType}); ${goes}${it.traits.protection.data ? "; protected" : ""}`],
  ];
}

function identity({ machineId, engineId, measured, hostKeys }: HostReport): Line[] {
  const keys = hostKeys.map(({ key, source }) => {
    const parsed = parseHostKey(key);
    return `${parsed === undefined ? key : `${parsed.type} ${fingerprintOf(parsed)}`} (${source})`;
  });
  const ids = `machine ${machineId || "not known yet"}, engine ${measured?.engineId ?? engineId ?? "not known yet"}`;
  return [["identity", ids], ...keys.map((key): Line => ["host key", key])];
}

function offers({ traits }: HostReport): Line[] {
  const { endpoint, privateAddress, publishedAddresses, openPorts, gpus } = traits;
  const at = publishedAddress(traits);
  const follows = endpoint.kind === "none" ? "stays with the machine" : `${endpoint.kind}, can follow a workload`;
  const parts = [
    `clients dial ${at ?? "its address"} (${follows})`,
    ...(publishedAddresses.length > 1 ? [`published at ${publishedAddresses.join(", ")}`] : []),
    ...(privateAddress === undefined ? [] : [`private ${privateAddress}`]),
    ...(openPorts === undefined ? [] : [`lets in ${openPorts.join(", ") || "nothing"}`]),
    ...(gpus === undefined ? [] : [counted(gpus, "GPU")]),
  ];
  return [["offers", parts.join("; ")]];
}

function runs({ workloads }: HostReport): Line[] {
  return workloads.map(({ workload, state, running, containers, foreignOwner }) => {
    const owner = foreignOwner === undefined ? "" : ` (stack ${foreignOwner.stack} of ${foreignOwner.project})`;
    return ["runs", `${workload}${owner}, ${running} of ${containers} running${state === "serving" ? "" : `, ${state}`}`];
  });
}

function keeps({ data }: HostReport, now: number): Line[] {
  return data.map((it) => {
    const since = it.since === undefined ? "" : ` for ${humanAge(Date.parse(it.since), now)}`;
    const size = it.bytes === undefined ? "of unknown size" : humanBytes(it.bytes);
    return ["keeps", `${it.name} (${it.workload}/${it.volume}), ${stateText(it)}${since}, ${size}`];
  });
}
