/** Waiters: AWS answers before it is done, and not every answer knows of the one before. Bounded, each with its subject. */
import type { Cloud } from "./cloud";

/** Asks until there is an answer. What was made a moment ago may not be there for the next call yet. */
export async function until<T>(cloud: Cloud, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const { pollMs, timeoutMs, pause, now } = cloud.patience;
  const end = now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (now() >= end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await pause(pollMs);
  }
}

/** undefined where AWS says that there is no such thing. */
export async function unlessMissing<T>(asked: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (codes.includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** Tries again for as long as AWS's refusal is one that passes: a role that has not arrived everywhere, an interface still in use. */
export async function whenPossible<T>(cloud: Cloud, act: () => Promise<T>, passes: (error: Error) => boolean): Promise<T> {
  const { pollMs, timeoutMs, pause, now } = cloud.patience;
  const end = now() + timeoutMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Error) || !passes(error) || now() >= end) throw error;
    }
    await pause(pollMs);
  }
}

export const hasCode =
  (...codes: readonly string[]) =>
  (error: unknown): boolean =>
    codes.includes(codeOf(error));

export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : "");
