import type { Connection } from "./connection";

/** A connection as the pool holds it: with what must be ended when the pool closes. */
export interface OpenConnection extends Connection {
  /** Ends what this process serves; what the next run can use stays. */
  close(): Promise<void>;
  /** Ends the ssh master too, for every process that uses it. */
  endMaster(): Promise<void>;
}
