import type { Check, Found, Machine } from "./check";

export interface Checked extends Found {
  readonly name: string;
  readonly seconds: number;
  /** Given when the check failed. */
  readonly hint?: string;
}

/** Looks at everything at once. */
export async function lookAtAll(checks: readonly Check[], machine: Machine): Promise<Checked[]> {
  return Promise.all(checks.map((check) => timed(check, machine, () => check.look(machine))));
}

/**
 * Looks at everything at once, then obtains what is missing in the given order, telling each outcome as it is known. What was
 * missing may have come with an earlier one, so it is looked for again first.
 */
export async function obtainAll(
  checks: readonly Check[],
  machine: Machine,
  tell: (checked: Checked) => void,
): Promise<Checked[]> {
  const looked = await lookAtAll(checks, machine);
  const outcomes: Checked[] = [];
  for (const [index, check] of checks.entries()) {
    const first = looked[index];
    const outcome = first?.ok ? first : await timed(check, machine, () => lookThenObtain(check, machine));
    tell(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function lookThenObtain(check: Check, machine: Machine): Promise<Found> {
  const again = await check.look(machine);
  return again.ok || check.obtain === undefined ? again : check.obtain(machine);
}

async function timed(check: Check, machine: Machine, act: () => Promise<Found>): Promise<Checked> {
  const began = machine.context.clock.monotonic();
  const found = await act().catch((error: unknown) => failed(error));
  const seconds = (machine.context.clock.monotonic() - began) / 1000;
  return { name: check.name, ...found, seconds, ...(found.ok ? {} : { hint: check.hint }) };
}

function failed(error: unknown): Found {
  return { ok: false, detail: error instanceof Error ? error.message : String(error) };
}
