/** Why a move cannot be made, all reasons together, before anything is touched. Pure. */
import { DrayageError, type ErrorCode } from "../../spec/drayage-error";
import type { WorkloadSpec } from "../../spec/workload";
import { formatBytes } from "../plan/format-plan";
import type { MoveFacts } from "./move-facts";

export interface MoveObstacles {
  /** `0.0.0.0:80/tcp (container web)`. */
  readonly takenPorts: readonly string[];
  /** `data: sockets/x is a device`, per volume. */
  readonly uncarriable: readonly string[];
  /** Bytes of images that the target lacks, where known. */
  readonly imageBytes: number;
  /** `services.app mounts /srv/files of the host: declare …`. */
  readonly folders: readonly string[];
  /** Docker's names of volumes that are in use and that what was deployed last does not know. */
  readonly unknownVolumes: readonly string[];
}

interface Reason {
  readonly code: ErrorCode;
  readonly text: string;
}

/** Bytes a target must have free beyond what arrives: a tenth, and no less than this. */
const spare = 64e6;

/** @throws the reasons' own code when they share one, else MOVE_REFUSED; nothing was changed */
export function refuseMove(spec: WorkloadSpec, facts: MoveFacts, obstacles: MoveObstacles): void {
  const reasons = [
    ...portReasons(facts, obstacles),
    ...spaceReasons(facts, obstacles),
    ...specReasons(spec),
    ...obstacles.folders.map((text): Reason => ({ code: "MOVE_REFUSED", text })),
    ...dataReasons(obstacles, facts),
  ];
  const [first] = reasons;
  if (first === undefined) return;
  const code = reasons.every((reason) => reason.code === first.code) ? first.code : "MOVE_REFUSED";
  throw new DrayageError(
    code,
    `${spec.name} cannot move to ${facts.to.host}: ${reasons.map((reason) => reason.text).join("; ")}`,
    {
      subject: `${spec.name}, ${facts.from.host} → ${facts.to.host}`,
      hint: `Nothing was changed and ${facts.from.host} serves as before. Mend what is named, then run \`dray preview\`.`,
    },
  );
}

function portReasons({ to }: MoveFacts, { takenPorts }: MoveObstacles): Reason[] {
  return takenPorts.map((taken) => ({ code: "PORT_TAKEN", text: `port ${taken} is taken on ${to.host}` }));
}

/** Where the engine keeps images and volumes, and each other file system that a folder goes to, is judged by itself. */
function spaceReasons({ volumes, targetFreeBytes, to }: MoveFacts, { imageBytes }: MoveObstacles): Reason[] {
  const rooms = new Map<string, { free: number | undefined; arriving: number }>([
    ["", { free: targetFreeBytes, arriving: imageBytes }],
  ]);
  for (const { bytes, folder } of volumes) {
    const { device, freeBytes } = folder?.ownRoom ?? { device: "", freeBytes: targetFreeBytes };
    rooms.set(device, { free: freeBytes, arriving: (rooms.get(device)?.arriving ?? 0) + bytes });
  }
  return [...rooms.values()].flatMap(({ free, arriving }) => spaceReason(free, arriving, to.host));
}

function spaceReason(free: number | undefined, arriving: number, host: string): Reason[] {
  const needed = arriving + Math.max(spare, arriving / 10);
  if (free === undefined || free >= needed) return [];
  const text = `${formatBytes(needed)} are needed on ${host} (${formatBytes(arriving)} arrive, the rest is reserve) and ${formatBytes(free)} are free`;
  return [{ code: "DISK_FULL", text }];
}

function specReasons(spec: WorkloadSpec): Reason[] {
  const external = Object.entries(spec.volumes).filter(([, volume]) => volume.external !== undefined);
  return external.map(([name]) => ({ code: "MOVE_REFUSED", text: `volumes.${name} is external: its owner must carry it` }));
}

function dataReasons({ uncarriable, unknownVolumes }: MoveObstacles, { from }: MoveFacts): Reason[] {
  const unknown = unknownVolumes.map((name): Reason => {
    const text = `${name} is in use and belongs to a deploy that did not end well: let the program say ${from.host} and run \`dray up\` first`;
    return { code: "MOVE_REFUSED", text };
  });
  return [...unknown, ...uncarriedReasons(uncarriable)];
}

function uncarriedReasons(uncarriable: readonly string[]): Reason[] {
  const shown = uncarriable.slice(0, 20).join(", ");
  const more = uncarriable.length > 20 ? ` and ${uncarriable.length - 20} more` : "";
  return uncarriable.length === 0 ? [] : [{ code: "MOVE_REFUSED", text: `these cannot be carried: ${shown}${more}` }];
}
