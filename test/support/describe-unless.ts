/** `describe`, or a skip that says why: what is missing or was asked for. */
export function describeUnless(reason: string | undefined): typeof describe | typeof describe.skip {
  if (reason === undefined) return describe;
  process.stderr.write(`skipped, ${reason}: ${expect.getState().testPath?.split("/").at(-1) ?? "a suite"}\n`);
  return describe.skip;
}
