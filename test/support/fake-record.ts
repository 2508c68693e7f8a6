/** The host record in memory, with the real decisions about leases. */
import { emptyHostRecord, type HostRecord } from "../../sdk/engine/record/host-record";
import { acquireLease, changeUnderLease, leaseLost, releaseLease } from "../../sdk/engine/record/lease-decisions";
import type { Lease, RecordSession, RecordStore } from "../../sdk/engine/record/record-store";

export class FakeRecord implements RecordStore {
  record: HostRecord = emptyHostRecord;
  /** How many sessions were opened: a run that changes nothing opens none. */
  opened = 0;
  /** Set: the host does not answer, and this is what every call ends with. */
  silent: Error | undefined;
  private readonly alive = new Set<string>();

  async read(): Promise<HostRecord> {
    if (this.silent !== undefined) throw this.silent;
    return structuredClone(this.record);
  }

  /** What kill -9 of the operator does: the mover sees the end of its stdin. */
  endSessions(): void {
    this.alive.clear();
  }

  async open(holder: string): Promise<RecordSession> {
    if (this.silent !== undefined) throw this.silent;
    this.opened += 1;
    const session = `session-${this.opened}`;
    this.alive.add(session);
    const change = async (decide: (record: HostRecord) => HostRecord) => {
      const next = decide(this.record);
      if (next !== this.record) this.record = structuredClone({ ...next, version: this.record.version + 1 });
      return this.record;
    };
    return {
      id: session,
      read: () => this.read(),
      change,
      close: async () => void this.alive.delete(session),
      acquire: async (request): Promise<Lease> => {
        const since = "2026-01-01T00:00:00Z";
        await change((record) => {
          const found = record.workloads[request.identity]?.lease;
          const holderAlive = found !== undefined && this.alive.has(found.session);
          return acquireLease(record, request, { session, holder, since, holderAlive, host: "rack" });
        });
        const { identity, name } = request;
        const epoch = this.record.workloads[identity]?.epoch ?? 0;
        const held = { identity, name, epoch, session, host: "rack" };
        return {
          identity,
          epoch,
          assertHeld: async () => {
            const lease = this.record.workloads[identity]?.lease;
            if (lease?.epoch !== epoch || lease.session !== session) throw leaseLost(held, lease);
          },
          change: async (decide) => void (await change((record) => changeUnderLease(record, held, decide))),
          release: async () => void (await change((record) => releaseLease(record, identity, epoch, session))),
        };
      },
    };
  }
}
