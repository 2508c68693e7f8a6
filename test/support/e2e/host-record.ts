import type { HostRecord } from "../../../sdk/engine/record/host-record";
import type { TestHost } from "./test-hosts";

/** The file itself, read by the host's root. */
export async function readHostRecord({ engine }: TestHost): Promise<HostRecord> {
  return JSON.parse(await engine.run("cat", "/var/lib/drayage/record.json")) as HostRecord;
}
