/** What `dray up --json` says of a move it made: pure. */
export interface MoveSummary {
  readonly forecastSeconds: number | undefined;
  readonly bytes: number | undefined;
  /** Of the outage, as the preview told it, beside what the operations took. */
  readonly parts: readonly { readonly name: string; readonly forecast: number; readonly measured: number }[];
}

export function readMoveSummary(stdout: string): MoveSummary {
  const lines = stdout.split("\n").filter((text) => text.startsWith("{"));
  const events = lines.map((text) => JSON.parse(text) as Line);
  const moved = events.find(({ event }) => event === "summary")?.summary?.subjects.find(({ kind }) => kind === "move");
  const planned = events.find(({ event, plan }) => event === "plan" && plan?.kind === "move")?.plan?.outages[0]?.parts ?? [];
  const finished = events.filter(({ event, phase }) => event === "operation" && phase === "finished");
  const took = (ids: RegExp): number =>
    finished.filter(({ id = "" }) => ids.test(id)).reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  return {
    forecastSeconds: longest(moved?.outages.map(({ forecast }) => forecast)),
    bytes: moved?.bytes.measured,
    parts: planned.map(({ name, seconds }) => ({ name, forecast: seconds, measured: took(operationsOf[name] ?? /^$/) })),
  };
}

const operationsOf: Readonly<Record<string, RegExp>> = {
  stop: /^stop source /,
  "prove and fence": /^(prove exit|fence source) /,
  "last pass": /^last pass /,
  verify: /^verify volumes /,
  "hand over": /^record /,
  start: /^(start|gate) /,
};

interface Line {
  readonly event?: string;
  readonly phase?: string;
  readonly id?: string;
  readonly seconds?: number;
  readonly plan?: {
    readonly kind: string;
    readonly outages: readonly { readonly parts: readonly { readonly name: string; readonly seconds: number }[] }[];
  };
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
