/** What Pulumi has written down of a program. */
import { readFileSync } from "node:fs";
import type { TestProgram } from "./test-program";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export function resourcesInState({ stateFile }: TestProgram): readonly StateResource[] {
  const { checkpoint } = JSON.parse(readFileSync(stateFile, "utf8")) as {
    checkpoint: { latest?: { resources?: readonly StateResource[] } };
  };
  return checkpoint.latest?.resources ?? [];
}

export function stackOutputs(program: TestProgram): Readonly<Record<string, unknown>> {
  return resourcesInState(program).find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}
