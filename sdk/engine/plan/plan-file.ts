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

const planFile = z.strictObject({
  schemaVersion: z.literal(1),
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

export function writePlanFile(plans: readonly Plan[]): string {
  return `${JSON.stringify({ schemaVersion: 1, plans }, undefined, 2)}\n`;
}

/** @throws USAGE when the text is no plan file of a version this program reads. */
export function readPlanFile(text: string, path: string): Plan[] {
  const parsed = planFile.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data.plans as Plan[];
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
