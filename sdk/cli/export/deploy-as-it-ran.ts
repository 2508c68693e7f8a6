import { type ImagePin, pinsFile, readPins, writePins } from "../../context/pins-file";
import type { StackOptions } from "../common-options";
import { type Deployed, deployedOf, toldByState } from "../promote/deployed";
import { deploy } from "../session/deploy";
import { engineFlags } from "../session/engine-flags";
import { lookAtStack } from "../session/preview-stack";
import type { Session } from "../session/session";
import { loadResources } from "../state/load-state";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";

/** The images that ran, not what the program's folders have become since: those are pinned to what they were. Yields their names. */
export async function deployAsItRan(
  session: Session,
  name: string,
  options: StackOptions,
  terminal: Terminal,
): Promise<readonly string[]> {
  const { chosen } = session;
  const file = pinsFile(chosen.project.dir, chosen.stack);
  const deployment = { ...options, yes: true, command: "restore", target: [name] } as const;
  const looked = await lookAtStack(session, terminal, {
    command: "restore",
    json: options.json ?? false,
    flags: engineFlags(deployment, chosen),
  });
  const ran = deployedOf(toldByState(await loadResources(chosen, terminal)));
  const at = new Date(systemClock.now()).toISOString();
  const images = imagesToKeep(ran, deployedOf(looked.wanted), { workload: name, stack: chosen.stack, at });
  const pins = readPins(file);
  if (Object.keys(images).length > 0) writePins(file, { ...pins, images: { ...pins.images, ...images } });
  await deploy(session, deployment, terminal);
  return Object.keys(images);
}

/** Pins for the images of a workload whose folders have changed since it ran. */
export function imagesToKeep(
  ran: Deployed,
  wanted: Deployed,
  { workload, stack, at }: { readonly workload: string; readonly stack: string; readonly at: string },
): Readonly<Record<string, ImagePin>> {
  const services = Object.values(ran.workloads[workload]?.services ?? {});
  const pins = services.flatMap((run) => {
    if (!("image" in run) || run.identity === "") return [];
    const now = wanted.images[run.image];
    if (now === undefined || now.contentHash === run.contentHash) return [];
    return [[run.image, { contentHash: run.contentHash, identity: run.identity, from: stack, at }] as const];
  });
  return Object.fromEntries(pins);
}
