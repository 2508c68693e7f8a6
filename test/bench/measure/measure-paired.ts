/** Several things measured in turn, A B C A B C, so that a noisy machine is noisy for all of them. */

export interface PairedOptions {
  readonly rounds: number;
  /** No new round begins after this time, once `fewest` are done. */
  readonly budgetSeconds: number;
  /** Default 3. */
  readonly fewest?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

export type Measured<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Each function is called once unmeasured before, for caches to be warm. Yields one figure per name and round. */
export async function measurePaired<Name extends string>(
  cases: Readonly<Record<Name, () => Promise<number>>>,
  { rounds, budgetSeconds, fewest = 3, now = () => performance.now() }: PairedOptions,
): Promise<Measured<Name>> {
  const names = Object.keys(cases) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const began = now();
  for (const name of names) await cases[name]();
  for (let round = 0; round < rounds; round += 1) {
    if (round >= fewest && now() - began > budgetSeconds * 1000) break;
    for (const name of names) figures[name].push(await cases[name]());
  }
  return figures;
}
