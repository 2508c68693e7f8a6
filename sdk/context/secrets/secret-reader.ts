/** Reads secrets where they are: what is asked for in one go is read together, and what was read is kept for the run. */
import type { SecretRef } from "../../spec/secret-ref";
import type { FoundSecret, SecretMachine, SecretSource } from "./secret-source";
import { secretSources } from "./secret-sources";

export interface SecretReader {
  /** Answers in the order of the references. `base`: where relative paths start. Never rejects. */
  read(refs: readonly SecretRef[], base: string): Promise<readonly FoundSecret[]>;
  /** Every value read so far: to be blotted out of whatever is said. */
  values(): Iterable<string>;
  /** The environment for programs that are started: without the variables that hold secrets, as far as they are known. */
  environment(): SecretMachine["environment"];
  /** A new run: everything is read again. Values stay known. */
  refresh(): void;
}

export interface ReaderMachine {
  readonly home: string;
  readonly environment: SecretMachine["environment"];
}

type Sources = Readonly<Record<SecretRef["from"], SecretSource<never>>>;

export function createSecretReader(machine: ReaderMachine, sources: Sources = secretSources): SecretReader {
  const values = new Set<string>();
  const variables = new Set<string>();
  let asked = new Map<string, Promise<FoundSecret>>();
  let batch: Batch | undefined;

  const ask = (ref: SecretRef, base: string): Promise<FoundSecret> => {
    batch ??= openBatch();
    return batch.add(ref, base);
  };
  const openBatch = (): Batch => {
    const waiting: Waiting[] = [];
    // Whoever asks does so within one turn of the event loop, or waits for something slower than a second batch.
    setImmediate(() => {
      batch = undefined;
      for (const group of groups(waiting)) void resolveGroup(group, machineAt(group[0]?.base ?? ""), sources);
    });
    return { add: (ref, base) => new Promise((settle) => waiting.push({ ref, base, settle })) };
  };
  const environment = () => Object.fromEntries(Object.entries(machine.environment).filter(([name]) => !variables.has(name)));
  const machineAt = (base: string): SecretMachine => ({ ...machine, base, environmentOfPrograms: environment() });

  return {
    read: async (refs, base) => {
      for (const ref of refs) if (ref.from === "environment") variables.add(ref.name);
      const answers = refs.map((ref) => {
        const key = JSON.stringify([base, ref]);
        const answer = asked.get(key) ?? ask(ref, base);
        asked.set(key, answer);
        return answer;
      });
      const found = await Promise.all(answers);
      for (const one of found) if ("value" in one) values.add(one.value);
      return found;
    },
    values: () => values,
    environment,
    refresh: () => {
      asked = new Map();
    },
  };
}

interface Waiting {
  readonly ref: SecretRef;
  readonly base: string;
  settle(found: FoundSecret): void;
}

interface Batch {
  add(ref: SecretRef, base: string): Promise<FoundSecret>;
}

/** Of one kind and one folder. */
function groups(waiting: readonly Waiting[]): Waiting[][] {
  const byKind = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const key = JSON.stringify([one.ref.from, one.base]);
    byKind.set(key, [...(byKind.get(key) ?? []), one]);
  }
  return [...byKind.values()];
}

async function resolveGroup(group: readonly Waiting[], machine: SecretMachine, sources: Sources): Promise<void> {
  const refs = group.map(({ ref }) => ref);
  const source = sources[refs[0]?.from ?? "environment"];
  const found = await source.resolve(refs as never, machine);
  for (const [index, { settle }] of group.entries()) {
    settle(found[index] ?? { problem: "the source gave no answer", hint: "Report this." });
  }
}
