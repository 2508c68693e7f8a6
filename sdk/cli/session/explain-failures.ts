/** From what an engine run left behind to the errors a person should read: in-process originals first, Pulumi's text last. */

import { parseUrn } from "../../provider/urn";
import { DrayageError, type ErrorCode, exitCodes } from "../../spec/drayage-error";
import type { PulumiDiagnostic, PulumiResult } from "../pulumi/pulumi-run";

export type RunResult = Pick<PulumiResult, "exitCode" | "diagnostics" | "programError" | "stderr">;

/** Empty when the run went well. `originals`: what our provider threw, by URN. */
export function explainFailures(
  result: RunResult,
  originals: ReadonlyMap<string, readonly unknown[]>,
  cancelled: boolean,
): Error[] {
  if (result.exitCode === 0) return [];
  const thrown = [...originals].flatMap(([urn, errors]) => errors.map((error) => asError(error, urn)));
  const program = result.programError === undefined ? [] : errorsIn(result.programError);
  const told = result.diagnostics.filter((it) => it.severity === "error" && !isEcho(it, originals, program.length > 0));
  const all = [...program, ...thrown, ...told.flatMap(fromDiagnostic)];
  const real = withoutCancelled(all);
  if (real.length > 0) return real;
  if (cancelled)
    return [
      new DrayageError("CANCELLED", "Stopped as you asked. What had begun was finished or undone.", {
        hint: "The same command goes on from there.",
      }),
    ];
  if (all.length > 0) return all;
  return [fromOutput(result)];
}

/** Others are cancelled because one failed: only the one is worth reading, unless cancelling is all that happened. */
function withoutCancelled(errors: readonly Error[]): Error[] {
  return errors.filter((it) => !(it instanceof DrayageError && it.code === "CANCELLED"));
}

function errorsIn(error: unknown): Error[] {
  if (error instanceof AggregateError) return error.errors.flatMap(errorsIn);
  if (isDrayageError(error)) return [error];
  const text = error instanceof Error ? error.message : String(error);
  return [new DrayageError("INVALID_PROGRAM", firstParagraph(text), { subject: placeOf(error), cause: error })];
}

/** The program's copy of drayage may be another than ours: its errors are ours by shape. */
function isDrayageError(error: unknown): error is DrayageError {
  return error instanceof Error && error.name === "DrayageError" && "code" in error && String(error.code) in exitCodes;
}

function asError(error: unknown, urn: string): Error {
  if (isDrayageError(error)) return error;
  const { name } = parseUrn(urn);
  return new DrayageError("INTERNAL", error instanceof Error ? error.message : String(error), { subject: name, cause: error });
}

/** Diagnostics that repeat what we have in the original, or that only say that something failed. */
function isEcho({ urn, text }: PulumiDiagnostic, originals: ReadonlyMap<string, unknown>, programFailed: boolean): boolean {
  if (urn !== undefined && originals.has(urn)) return true;
  if (/^(update|preview|refresh|destroy|resource operation)( \S+)? (failed|canceled|cancelled)\.?$/i.test(text.trim()))
    return true;
  const aboutProgram = urn === undefined || parseUrn(urn).type === "pulumi:pulumi:Stack";
  return programFailed && aboutProgram;
}

function fromDiagnostic({ urn, text }: PulumiDiagnostic): Error[] {
  const name = urn === undefined ? undefined : parseUrn(urn);
  const subject = name === undefined || name.type === "pulumi:pulumi:Stack" ? undefined : name.name;
  const clean = text.replace(/^error: /, "").trim();
  const problem = /resource '([^']*)' has a problem: ([\s\S]*)$/.exec(clean);
  if (problem !== null) return [invalid(problem[1] ?? subject, problem[2] ?? clean)];
  const coded = /\b([A-Z][A-Z_]{3,}): ([\s\S]*)$/.exec(clean);
  const code = coded?.[1];
  if (code !== undefined && code in exitCodes) return [codedError(code as ErrorCode, subject, coded?.[2] ?? clean)];
  return [protectedMachine(clean) ?? new DrayageError("PULUMI_FAILED", clean, subject === undefined ? {} : { subject })];
}

/** Pulumi's own advice, to take the protection off, would throw the machine away with what is on it. */
function protectedMachine(text: string): DrayageError | undefined {
  const [, verb, urn = ""] = /unable to (replace|delete) resource "(urn:[^"]+)"[\s\S]*marked for protection/.exec(text) ?? [];
  if (verb === undefined || !urn.includes("drayage:aws:Ec2")) return undefined;
  return new DrayageError("DATA_PROTECTED", `is not ${verb}d: a host at Amazon keeps its machine, its data and the way to them`, {
    subject: parseUrn(urn).name,
    hint:
      "For another machine declare a second host and change `host` of its workloads to it; to be rid of this one write retired: true. " +
      "What was tainted by mistake: dray pulumi -- state untaint URN.",
  });
}

/** The provider writes `CODE: subject: message`, then the hint on a line of its own. */
function codedError(code: ErrorCode, subject: string | undefined, text: string): DrayageError {
  const [message = "", ...rest] = text.split("\n");
  const hint = rest.join("\n").trim();
  return new DrayageError(code, message, { ...(subject === undefined ? {} : { subject }), ...(hint === "" ? {} : { hint }) });
}

/** Mistakes of all resources arrive on the first one that is checked, each with the name of its own: `shop: services.api: …`. */
function invalid(checked: string | undefined, text: string): DrayageError {
  const coded = /^([A-Z][A-Z_]{3,}): /.exec(text);
  const isCode = coded?.[1] !== undefined && coded[1] in exitCodes;
  const code = isCode ? (coded[1] as ErrorCode) : "INVALID_PROGRAM";
  const bare = isCode ? text.slice(coded[0].length) : text;
  const named = /^([A-Za-z][\w-]*): ((?:\S+|endpoint\([^)]*\)): [\s\S]*)$/.exec(bare);
  const subject = named?.[1] ?? checked;
  return new DrayageError(code, (named?.[2] ?? bare).trim(), subject === undefined ? {} : { subject });
}

function fromOutput({ stderr, exitCode }: RunResult): DrayageError {
  const text = stderr.replace(/^(error|warning): /gm, "").trim();
  if (/currently locked by|stack is currently locked/i.test(text)) {
    return new DrayageError("STACK_LOCKED", firstParagraph(text), {
      hint: "Wait for it, or `dray unlock` when its holder is gone.",
    });
  }
  if (/no stack named/i.test(text)) {
    return new DrayageError("NOT_FOUND", firstParagraph(text), {
      hint: "Make it with `pulumi stack init`, or see `dray stacks`.",
    });
  }
  if (/incorrect passphrase|PULUMI_CONFIG_PASSPHRASE/i.test(text)) {
    return new DrayageError("PULUMI_FAILED", firstParagraph(text), {
      hint: "The stack was made with another passphrase: set PULUMI_CONFIG_PASSPHRASE or bring .drayage/passphrase.",
    });
  }
  return new DrayageError("PULUMI_FAILED", text === "" ? `Pulumi ended with exit code ${exitCode} and said nothing.` : text);
}

/** `index.ts:14` of the deepest line of the stack that is the user's. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const line = stack
    .split("\n")
    .find((it) => /^\s+at /.test(it) && !/node_modules|node:|[\\/]dist[\\/]sdk[\\/]|[\\/]sdk[\\/]cli[\\/]/.test(it));
  return /([^\s(]+:\d+):\d+\)?$/.exec(line ?? "")?.[1] ?? "the program";
}

function firstParagraph(text: string): string {
  return text.split("\n\n")[0]?.trim() || text.trim();
}
