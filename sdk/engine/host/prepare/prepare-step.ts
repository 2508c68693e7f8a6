/** One operation of a preparation before it has its place in the plan. */
import type { Operation } from "../../plan/plan";

export type PrepareKind =
  | "install tools"
  | "format disk"
  | "mount disk"
  | "guard engine"
  | "arrange shutdown"
  | "write daemon.json"
  | "change daemon.json"
  | "install engine"
  | "enable engine"
  | "start engine"
  | "restart engine"
  | "join group";

/** What the script is told, by its names. */
export type PrepareDetail = Readonly<Record<string, string>>;

export interface Step {
  readonly kind: PrepareKind;
  readonly subject: "disk" | "engine" | "user";
  readonly cause: string;
  /** Default false. */
  readonly destructive?: boolean;
  /** Default false. */
  readonly touchesData?: boolean;
  readonly detail?: PrepareDetail;
  /**
   * Files that it writes, by the script's names, as base64. No part of the plan, which is printed and saved: a host's daemon.json may
   * hold a proxy's password.
   */
  readonly files?: PrepareDetail;
}

/** In a row: each relies on the one before. */
export function inARow(host: string, steps: readonly Step[]): Operation[] {
  return steps.map(({ kind, subject, cause, destructive = false, touchesData = false, detail = {} }, index) => ({
    id: kind,
    kind,
    subject,
    host,
    cause,
    destructive,
    touchesData,
    dependsOn: steps
      .slice(0, index)
      .slice(-1)
      .map((before) => before.kind),
    detail,
  }));
}
