import { DrayageError, exitCodes } from "../spec/drayage-error";

/** undefined when no engine could be reached to answer. */
export async function reachedQuietly<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const unreachable =
      error instanceof DrayageError && (exitCodes[error.code] === exitCodes.HOST_UNREACHABLE || error.code.startsWith("HOST_"));
    if (!unreachable) throw error;
    return undefined;
  }
}
