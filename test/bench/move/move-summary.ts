/** What `dray up --json` says of a move it made: pure. */
export interface MoveSummary {
  readonly forecastSeconds: number | undefined;
  readonly bytes: number | undefined;
}

export function readMoveSummary(stdout: string): MoveSummary {
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  const line = lines.map((text) => JSON.parse(text) as SummaryLine).find(({ event }) => event === "summary");
  const moved = line?.summary?.subjects.find(({ kind }) => kind === "move");
  return { forecastSeconds: longest(moved?.outages.map(({ forecast }) => forecast)), bytes: moved?.bytes.measured };
}

interface SummaryLine {
  readonly event?: string;
  readonly summary?: {
    readonly subjects: readonly {
      readonly kind: string;
      readonly bytes: { readonly measured?: number };
      readonly outages: readonly { readonly forecast?: number }[];
    }[];
  };
}

function longest(values: readonly (number | undefined)[] = []): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
