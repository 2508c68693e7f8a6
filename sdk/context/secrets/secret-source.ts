/** A kind of place that holds secrets. One file per kind beside this one; secret-sources.ts lists them. */
import type { SecretRef } from "../../spec/secret-ref";

export interface SecretSource<Ref extends SecretRef = SecretRef> {
  /** All references of this kind at once, answers in their order. Whoever has to start a program starts it once per file. Never rejects. */
  resolve(refs: readonly Ref[], machine: SecretMachine): Promise<readonly FoundSecret[]>;
}

export type FoundSecret = ResolvedSecret | MissingSecret;

export interface ResolvedSecret {
  readonly value: string;
  /** Where the source counts versions itself; absent: we count changes. */
  readonly version?: string;
}

export interface MissingSecret {
  /** What is missing; one clause, no value. */
  readonly problem: string;
  /** The command that puts it there. */
  readonly hint: string;
}

/** The operator's machine, as sources see it. */
export interface SecretMachine {
  /** Where relative paths start: the program's folder. */
  readonly base: string;
  /** For `~/`. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The same without the variables that hold secrets: for programs that are started. */
  readonly environmentOfPrograms: Readonly<Record<string, string | undefined>>;
}
