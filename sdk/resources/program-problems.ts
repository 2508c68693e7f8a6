/**
 * The mistakes that can be seen while the program runs, of all its resources together. Pulumi stops at the first resource that
 * fails, so every resource carries all of them as an input, and whichever is checked first tells them all.
 */
import type { Problem } from "../spec/drayage-error";

type Problems = readonly Problem[] | Promise<readonly Problem[]>;

/** `problems` concern the named resource; yields what its input `problems` shall be: undefined when the program has none. */
export function reportProblems(resource: string, problems: Problems): Promise<readonly Problem[] | undefined> {
  open ??= new Batch();
  return open.add(resource, problems);
}

let open: Batch | undefined;

/** What is constructed in one go. A program that awaits in between has several. */
class Batch {
  private readonly parts: Promise<readonly Problem[]>[] = [];
  private readonly all = this.collect();

  add(resource: string, problems: Problems): Promise<readonly Problem[] | undefined> {
    const named = Promise.resolve(problems).then((list) => list.map((problem) => nameIn(resource, problem)));
    this.parts.push(named);
    return this.all;
  }

  private async collect(): Promise<readonly Problem[] | undefined> {
    // The program's synchronous part, and what it does in microtasks, ends before an immediate runs.
    await new Promise((resolve) => setImmediate(resolve));
    let found: (readonly Problem[])[] = [];
    do found = await Promise.all(this.parts);
    while (found.length < this.parts.length);
    if (open === this) open = undefined;
    const problems = found.flat();
    return problems.length === 0 ? undefined : problems;
  }
}

function nameIn(resource: string, { path, reason }: Problem): Problem {
  return { path: path === "" ? resource : `${resource}: ${path}`, reason };
}
