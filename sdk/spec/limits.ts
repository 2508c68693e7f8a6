/** What a container may use at most. */
import { byteSize } from "./byte-size";
import { leaf } from "./read";

export const limits = {
  shmSize: byteSize,
  memory: byteSize,
  cpus: leaf("a number of CPUs above 0", (value) =>
    typeof value === "number" && value > 0 && Number.isFinite(value) ? value : undefined,
  ),
  pids: leaf("a whole number from 1, or -1 for no limit", (value) =>
    value === -1 || (Number.isSafeInteger(value) && Number(value) > 0) ? Number(value) : undefined,
  ),
};
