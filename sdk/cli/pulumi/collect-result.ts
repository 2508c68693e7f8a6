/** Folds the engine's events into what a run came to. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { PulumiDiagnostic, PulumiResult } from "./pulumi-run";

export interface Collector {
  take(event: EngineEvent): void;
  result(): Pick<PulumiResult, "outputs" | "summary" | "diagnostics">;
}

export function createCollector(): Collector {
  const diagnostics: PulumiDiagnostic[] = [];
  let outputs: PulumiResult["outputs"] = {};
  let summary: PulumiResult["summary"];
  return {
    take({ diagnosticEvent, resOutputsEvent, summaryEvent }) {
      if (diagnosticEvent !== undefined && !diagnosticEvent.ephemeral) {
        const text = withoutMarkup(diagnosticEvent.message).trim();
        if (text !== "") diagnostics.push({ severity: severityOf(diagnosticEvent.severity), text, ...urnOf(diagnosticEvent) });
      }
      if (resOutputsEvent?.metadata.type === "pulumi:pulumi:Stack") outputs = resOutputsEvent.metadata.new?.outputs ?? outputs;
      if (summaryEvent !== undefined) {
        const changes = Object.entries(summaryEvent.resourceChanges ?? {}).map(([op, count]) => [op, count ?? 0] as const);
        summary = { changes: Object.fromEntries(changes), seconds: summaryEvent.durationSeconds };
      }
    },
    result: () => ({ outputs, summary, diagnostics }),
  };
}

/** The engine marks colours as `<{%reset%}>` also when it was told to use none. */
export const withoutMarkup = (text: string): string => text.replace(/<\{%[^%]*%\}>/g, "");

const severityOf = (severity: string): PulumiDiagnostic["severity"] =>
  severity === "warning" ? "warning" : severity === "error" ? "error" : "info";

const urnOf = ({ urn }: { urn?: string }): { urn?: string } => (urn === undefined || urn === "" ? {} : { urn });
