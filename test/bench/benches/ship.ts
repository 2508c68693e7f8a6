/** One changed source file of the Spring application on its way to a host that has the version before. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { createShipper } from "../../../sdk/engine/image/create-shipper";
import { silentReport } from "../../../sdk/engine/report";
import { systemClock } from "../../../sdk/provider/system-clock";
import type { Bench, BenchContext } from "../bench";
import { type BenchLab, withBenchLab } from "../lab/bench-lab";
import { openHandles } from "../lab/open-handle";
import { type Row, toRow } from "../measure/row";
import { type BuiltVersion, buildApplication } from "../ship/build-application";
import { changeSource } from "../ship/change-source";
import { changedLayerBytes } from "../ship/changed-layers";
import { saveAndLoad } from "../ship/save-and-load";

const rounds = 3;

export const shipBench: Bench = {
  name: "ship",
  summary: "one changed source file of the Spring application: bytes and seconds, beside docker save | ssh docker load",
  run: (context) => withBenchLab(context, "ship", (lab) => ship(context, lab)),
};

interface Round {
  readonly ours: { readonly bytes: number; readonly seconds: number; readonly received: number };
  readonly byHand: { readonly bytes: number; readonly seconds: number };
  readonly changed: number;
}

async function ship(context: BenchContext, lab: BenchLab): Promise<void> {
  const run = { report: silentReport, signal: context.signal, clock: systemClock };
  const handles = openHandles(await lab.freshRuntimeDir());
  const shipper = createShipper({ cacheFolder: join(context.cacheDir, "layers") });
  const operator = await handles.open("this machine", { kind: "local", socket: context.dockerSocket });
  const made: string[] = [];
  try {
    const [rack, cloud] = await Promise.all(
      ["rack", "cloud"].map((name) => handles.open(name, { kind: "ssh", ...hostOf(lab, name) })),
    );
    if (rack === undefined || cloud === undefined) throw new Error("the lab lacks a host");
    const source = join(lab.folder, "api");
    cpSync(join(context.repository, "stacks/three-tier/api"), source, { recursive: true });
    const build = () =>
      buildApplication({ context, folder: source, builder: operator, run, privateFolder: join(lab.folder, "build") });

    let before = await build();
    context.say(`the application built in ${before.seconds.toFixed(1)} s`);
    const shipTo = (version: BuiltVersion, to: typeof rack) =>
      shipper.ship({ from: operator, to, name: "api", ref: version.id, tags: [version.tag], context: run });
    for (const host of [rack, cloud]) {
      const first = await shipTo(before, host);
      context.say(`its first shipping to ${host.name}: ${(first.bytes / 1e6).toFixed(1)} MB in ${first.seconds.toFixed(1)} s`);
    }
    const done: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      changeSource(source, round);
      const version = await build();
      made.push(version.tag);
      const received = await receivedBy(lab, "rack");
      const ours = await shipTo(version, rack);
      const arrived = (await receivedBy(lab, "rack")) - received;
      const byHand = await saveAndLoad({ operator, ref: version.id, ssh: lab.sshArguments("cloud") });
      const changed = await changedLayerBytes(operator, before.id, version.id);
      context.say(
        `change ${round}: built in ${version.seconds.toFixed(1)} s, ${ours.bytes} bytes in ${ours.seconds.toFixed(2)} s`,
      );
      done.push({ ours: { bytes: ours.bytes, seconds: ours.seconds + version.hashSeconds, received: arrived }, byHand, changed });
      before = version;
    }
    for (const row of rowsOf(done)) context.add(row);
  } finally {
    for (const tag of made) await operator.docker.removeImage(tag);
    await shipper.close();
    await handles.close();
  }
}

function rowsOf(done: readonly Round[]): Row[] {
  const bytes = done.map(({ ours }) => ours.bytes);
  const seconds = done.map(({ ours }) => ours.seconds);
  return [
    toRow({
      case: "bytes sent, compressed changed layers",
      unit: "bytes",
      ours: bytes,
      beside: done.map(({ changed }) => changed),
      goal: { ratio: 1.1 },
    }),
    toRow({ case: "bytes sent, save | load", unit: "bytes", ours: bytes, beside: done.map(({ byHand }) => byHand.bytes) }),
    toRow({ case: "received by the host, all traffic", unit: "bytes", ours: done.map(({ ours }) => ours.received) }),
    // The wire's time is in it: here it is next to nothing.
    toRow({ case: "seconds beyond the build", unit: "s", ours: seconds, goal: { atMost: 1 } }),
    toRow({ case: "seconds, save | load", unit: "s", ours: seconds, beside: done.map(({ byHand }) => byHand.seconds) }),
  ];
}

function hostOf(lab: BenchLab, name: string) {
  const host = lab.state.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`the lab has no host ${name}`);
  const { address, port, user, identityFile, hostKey } = host;
  return { address, port, user, identityFile, hostKey };
}

/** Bytes that came in over the host's network since it started. */
async function receivedBy(lab: BenchLab, host: string): Promise<number> {
  return Number((await lab.ssh(host, "cat /sys/class/net/eth0/statistics/rx_bytes")).stdout.trim());
}
