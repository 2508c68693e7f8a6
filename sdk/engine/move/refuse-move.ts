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
    ...dataReasons(obstacles),
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

function spaceReasons({ volumes, targetFreeBytes, to }: MoveFacts, { imageBytes }: MoveObstacles): Reason[] {
  if (targetFreeBytes === undefined) return [];
  const arriving = volumes.reduce((sum, volume) => sum + volume.bytes, 0) + imageBytes;
  const needed = arriving + Math.max(spare, arriving / 10);
  if (targetFreeBytes >= needed) return [];
  const text = `${formatBytes(needed)} are needed on ${to.host} (${formatBytes(arriving)} arrive, the rest is reserve) and ${formatBytes(targetFreeBytes)} are free`;
  return [{ code: "DISK_FULL", text }];
}

function specReasons(spec: WorkloadSpec): Reason[] {
  const external = Object.entries(spec.volumes).filter(([, volume]) => volume.external !== undefined);
  const binds = Object.entries(spec.services).flatMap(([service, { mounts }]) =>
    mounts.flatMap((mount) =>
      mount.kind === "bind" && mount.onMove !== "expect" ? [{ service, source: mount.source, onMove: mount.onMove }] : [],
    ),
  );
  return [
    ...external.map(([name]): Reason => ({ code: "MOVE_REFUSED", text: `volumes.${name} is external: its owner must carry it` })),
    ...binds.map(
      ({ service, source, onMove }): Reason => ({
        code: "MOVE_REFUSED",
        text:
          onMove === "copy"
            ? `services.${service} mounts ${source} with onMove "copy", which this version cannot carry yet: declare "expect" and bring the folder there`
            : `services.${service} mounts ${source} of the host: declare onMove "expect" where the target has it, or use a volume`,
      }),
    ),
  ];
}

function dataReasons({ uncarriable }: MoveObstacles): Reason[] {
  const shown = uncarriable.slice(0, 20).join(", ");
  const more = uncarriable.length > 20 ? ` and ${uncarriable.length - 20} more` : "";
  return uncarriable.length === 0 ? [] : [{ code: "MOVE_REFUSED", text: `these cannot be carried: ${shown}${more}` }];
}
