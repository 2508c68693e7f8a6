/** What the resource classes add to what a person wrote, and how Check takes it. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../engine/clock";
import type { Owner } from "../engine/record/host-record";
import type { RunContext } from "../engine/run-context";
import type { Problem } from "../spec/drayage-error";
import { isRecord, type Plain, type PlainRecord } from "./plain";
import type { OperationRequest } from "./resource-handler";
import { parseUrn } from "./urn";

/** Facts about the machine that runs the program, never compared. */
export const volatileInputs: readonly string[] = ["programDir", "problems", "formerNames"];

export const textOf = (value: Plain | undefined): string => (typeof value === "string" ? value : "");
export const recordOf = (value: Plain | undefined): PlainRecord => (isRecord(value) ? value : {});

/** Mistakes of the whole program that its classes found. */
export function reportedProblems(news: PlainRecord): Problem[] {
  const list = Array.isArray(news.problems) ? news.problems : [];
  return list.filter(isRecord).map(({ path, reason }) => ({ path: textOf(path), reason: textOf(reason) }));
}

/** Without it nothing can be owned; `dray` writes it, so this is for who types `pulumi`. */
export function stackUidProblem({ stackUid }: PlainRecord, urn: string): Problem[] {
  if (textOf(stackUid) !== "") return [];
  const { stack } = parseUrn(urn);
  const command = `pulumi config set --stack ${stack} dray:stackUid ${randomBytes(16).toString("hex")}`;
  return [
    {
      path: "",
      reason: `STACK_UID_MISSING: the stack has no identity yet. Run once, and commit Pulumi.${stack}.yaml: ${command}`,
    },
  ];
}

export function ownerOf(urn: string, { stackUid }: PlainRecord, id: string): Owner {
  const { project, stack } = parseUrn(urn);
  return { stackUid: textOf(stackUid), project, stack, id };
}

export const contextOf = ({ report, signal }: Pick<OperationRequest, "report" | "signal">, clock: Clock): RunContext => ({
  report,
  signal,
  clock,
});
