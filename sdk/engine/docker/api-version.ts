/** Which version of the Engine API is spoken. */
import { DrayageError } from "../../spec/drayage-error";

/** Docker 20.10. */
export const oldestApi = "1.41";
/** Newest version whose answers we know; also the oldest that Docker 29 still speaks. */
export const newestApi = "1.44";

/** @throws DOCKER_TOO_OLD */
export function chooseApiVersion(engine: { ApiVersion: string; MinAPIVersion?: string; Version?: string }, host: string): string {
  if (compareApi(engine.ApiVersion, oldestApi) < 0)
    throw new DrayageError(
      "DOCKER_TOO_OLD",
      `Docker ${engine.Version ?? ""} on ${host} speaks API ${engine.ApiVersion}, ${oldestApi} is needed`,
      {
        subject: host,
        hint: "Upgrade the host to Docker 20.10 or newer.",
      },
    );
  if (compareApi(engine.ApiVersion, newestApi) <= 0) return engine.ApiVersion;
  const floor = engine.MinAPIVersion;
  return floor !== undefined && compareApi(floor, newestApi) > 0 ? floor : newestApi;
}

function compareApi(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
