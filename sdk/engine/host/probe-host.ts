/**
 * What changes on a host from moment to moment: load, memory, room for data, clock. Costs a container, so only who shows or
 * compares it asks: never an output of a resource, never part of a preview or an up that has nothing to do.
 */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { Clock } from "../clock";
import type { DockerEngine } from "../docker/docker-engine";
import { attachMover } from "./mover-container";
import { moverLines } from "./mover-lines";

export interface HostProbe {
  /** Host's clock minus ours, in milliseconds: positive when the host is ahead. */
  readonly clockOffsetMs: number;
  /** The offset is known this well: half of the quickest round trip. */
  readonly clockErrorMs: number;
  /** Runnable processes, averaged over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number];
  readonly memoryBytes: number;
  /** What new processes could have without swapping. */
  readonly availableMemoryBytes: number;
  readonly uptimeSeconds: number;
  /** The file system that holds the engine's volumes. */
  readonly data: DataSpace;
}

export interface DataSpace {
  /** On the host. */
  readonly path: string;
  readonly fsType: string;
  readonly totalBytes: number;
  /** For users without privileges of their own. */
  readonly freeBytes: number;
  readonly freeInodes: number;
}

/** The first answer pays for what the container has to load; of the others the quickest tells the clock best. */
const questions = 4;

/** @throws DOCKER_FAILED */
export async function probeHost(
  docker: DockerEngine,
  clock: Pick<Clock, "now" | "monotonic">,
  options: { readonly moverDir?: string } = {},
): Promise<HostProbe> {
  const path = `${(await docker.info()).rootDir}/volumes`;
  const { moverDir } = options;
  const binds = [`${path}:${mounted}:ro`];
  const session = await attachMover(docker, { name: "drayage-probe", args: ["host", mounted], binds, moverDir });
  try {
    const { stdin, stdout, stderr } = session.attached;
    const heard: Buffer[] = [];
    stderr.on("data", (chunk: Buffer) => heard.push(chunk));
    const lost = () =>
      new DrayageError("DOCKER_FAILED", `its state could not be read: ${Buffer.concat(heard).toString().trim() || "no answer"}`, {
        subject: docker.host,
      });
    const lines = moverLines(stdin, stdout, lost);
    const answers = [];
    for (let asked = 0; asked < questions; asked += 1) answers.push(await ask(lines.ask, clock));
    return probeOf(answers, path);
  } finally {
    await session.close();
  }
}

const mounted = "/data";

export interface TimedAnswer {
  readonly askedAt: number;
  readonly roundTripMs: number;
  readonly state: HostState;
}

/** Pure. The clock by the quickest answer, everything else by the last. */
export function probeOf(answers: readonly TimedAnswer[], path: string): HostProbe {
  const last = answers.at(-1);
  const quickest = [...answers].sort((a, b) => a.roundTripMs - b.roundTripMs)[0];
  const disk = last?.state.disks[0];
  if (last === undefined || quickest === undefined || disk === undefined) throw new Error("nothing was asked");
  const { load, memoryBytes, availableMemoryBytes, uptimeSeconds } = last.state;
  const half = quickest.roundTripMs / 2;
  return {
    clockOffsetMs: Math.round(quickest.state.clockUs / 1000 - quickest.askedAt - half),
    clockErrorMs: Math.ceil(half),
    load,
    memoryBytes,
    availableMemoryBytes,
    uptimeSeconds,
    data: { ...disk, path },
  };
}

const hostState = z.object({
  clockUs: z.number(),
  load: z.tuple([z.number(), z.number(), z.number()]),
  memoryBytes: z.number(),
  availableMemoryBytes: z.number(),
  uptimeSeconds: z.number(),
  disks: z.array(z.object({ fsType: z.string(), totalBytes: z.number(), freeBytes: z.number(), freeInodes: z.number() })),
});
type HostState = z.infer<typeof hostState>;

type Ask = ReturnType<typeof moverLines>["ask"];

async function ask(asking: Ask, clock: Pick<Clock, "now" | "monotonic">): Promise<TimedAnswer> {
  const [askedAt, from] = [clock.now(), clock.monotonic()];
  const answer = await asking({});
  return { askedAt, roundTripMs: clock.monotonic() - from, state: hostState.parse(answer) };
}
