/** One action of the real engine, what it needs and what comes of it. */
import type { EngineEvent } from "@pulumi/pulumi/automation";

export type PulumiAction = "preview" | "up" | "destroy" | "refresh";

export interface PulumiRun {
  readonly action: PulumiAction;
  /** Path of the Pulumi command. */
  readonly command: string;
  /** Folder that holds Pulumi.yaml. */
  readonly workDir: string;
  readonly stack: string;
  /** The user's program: called once the engine is ready for it; what it yields are the stack's outputs. */
  readonly program: () => Promise<unknown>;
  /** Folder whose @pulumi/pulumi the program uses. Default workDir. */
  readonly programDir?: string;
  /** Port of our provider in this process. */
  readonly providerPort: number;
  /** Of the engine's process: the caller's environment and the backend's. */
  readonly env: NodeJS.ProcessEnv;
  /** Called while the engine boots, which takes half a second: the moment for work that would be waited for later. */
  readonly meanwhile?: () => void;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Aborted once: the engine is told to finish or undo what runs. */
  readonly signal?: AbortSignal;
  /** Aborted after that: it leaves at once; what was running is pending and the next run takes it up. */
  readonly abandon?: AbortSignal;
  /** More arguments, `--target URN`, `--refresh`, `--parallel 8`. */
  readonly flags?: readonly string[];
}

export interface PulumiDiagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  readonly urn?: string;
}

export interface PulumiResult {
  readonly exitCode: number;
  /** Of the stack; secret ones as Pulumi shows them, "[secret]". */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Operation (`create`, `update`, `same`, …) → number of resources; undefined when the engine did not get that far. */
  readonly summary: { readonly changes: Readonly<Record<string, number>>; readonly seconds: number } | undefined;
  readonly diagnostics: readonly PulumiDiagnostic[];
  /** What the program threw, as it was thrown. */
  readonly programError: unknown;
  /** What the engine wrote beside its events: why it did not start. */
  readonly stderr: string;
}
