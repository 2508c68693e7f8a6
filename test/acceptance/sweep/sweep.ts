/** Takes back what acceptance runs left at AWS: what carries the budget tag and is this run's or too old. */
import { type Belonging, type Choice, choose, type SweepRule } from "./belonging";
import { type Clients, findBelongings } from "./find-belongings";
import { inOrder, removeBelonging } from "./remove-belonging";

export interface SweepOptions extends SweepRule {
  /** How the names of roles and instance profiles begin. */
  readonly prefix: string;
  /** Says what would go, and touches nothing. */
  readonly dryRun: boolean;
  readonly say: (line: string) => void;
}

export interface Swept extends Choice {
  readonly failed: readonly (Belonging & { readonly reason: string })[];
}

/** One that cannot be removed holds up no other; what holds another is tried in its turn. */
export async function sweep(clients: Clients, options: SweepOptions): Promise<Swept> {
  const { remove, keep } = choose(await findBelongings(clients, options.prefix), options);
  const order = inOrder(remove);
  const failed: (Belonging & { reason: string })[] = [];
  for (const one of keep) options.say(`keeps   ${one.kind} ${one.id}: ${one.reason}`);
  for (const one of order) {
    options.say(`${options.dryRun ? "would remove" : "removes"} ${one.kind} ${one.id}`);
    if (options.dryRun) continue;
    await removeBelonging(clients, one).catch((error: unknown) => failed.push({ ...one, reason: String(error) }));
  }
  for (const one of failed) options.say(`FAILED  ${one.kind} ${one.id}: ${one.reason}`);
  return { remove: order, keep, failed };
}
