/** Plans in a file: written by `dray preview --save`, read back by `dray up --plan`. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { Plan } from "./plan";

const operation = z.strictObject({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  host: z.string(),
  cause: z.string(),
  destructive: z.boolean(),
  touchesData: z.boolean(),
  dependsOn: z.array(z.string()),
  forecast: z.strictObject({ seconds: z.number().optional(), bytes: z.number().optional() }).optional(),
  detail: z.record(z.string(), z.unknown()),
});

const part = z.strictObject({ name: z.string(), seconds: z.number() });

const fields = z.record(z.string(), z.unknown());

/** What the previewed program wants, for `dray diff`. Absent in files of older versions. */
const program = z.looseObject({
  project: z.string(),
  stack: z.string(),
  declared: z.record(z.string(), fields).optional(),
  resources: z.record(z.string(), fields),
});

const planFile = z.strictObject({
  schemaVersion: z.literal(1),
  program: program.optional(),
  plans: z.array(
    z.strictObject({
      schemaVersion: z.literal(1),
      kind: z.enum(["create", "update", "move", "delete", "none"]),
      subject: z.string(),
      operations: z.array(operation),
      outages: z.array(z.strictObject({ subject: z.string(), seconds: z.number(), parts: z.array(part) })),
      notes: z.array(z.string()),
    }),
  ),
});

export interface PlannedProgram {
  readonly project: string;
  readonly stack: string;
  /** What it declares to differ between stacks: kind → name → value. Absent: nothing. */
  readonly declared?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** `workload shop` → its fields; secrets as `[secret]`. */
  readonly resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PlanFile {
  readonly plans: Plan[];
  readonly program?: PlannedProgram;
}

export function writePlanFile(plans: readonly Plan[], program?: PlannedProgram): string {
  return `${JSON.stringify({ schemaVersion: 1, plans, program }, undefined, 2)}\n`;
}

/** @throws USAGE when the text is no plan file of a version this program reads. */
export function readPlanFile(text: string, path: string): Plan[] {
  return parsePlanFile(text, path).plans;
}

/** @throws USAGE as readPlanFile */
export function parsePlanFile(text: string, path: string): PlanFile {
  const parsed = planFile.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data as PlanFile;
  const issue = parsed.error.issues[0];
  throw unreadable(path, `${issue?.path.join(".") || "the file"}: ${issue?.message}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, "it is not JSON", cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): DrayageError {
  return new DrayageError("USAGE", `This plan file cannot be read: ${why}.`, {
    subject: path,
    hint: "Write a new one with `dray preview --save`.",
    cause,
  });
}
