/** Holds the lease of one workload on one host around some work. */
import type { HostHandle } from "../host/host-handle";
import type { LeaseRecord, Owner } from "../record/host-record";
import type { Lease } from "../record/record-store";

export interface LeaseWish {
  readonly host: HostHandle;
  readonly identity: string;
  readonly name: string;
  readonly owner: Owner;
  readonly holder: string;
  readonly purpose: LeaseRecord["purpose"];
  readonly adopt?: boolean | undefined;
  /** See LeaseRequest. */
  readonly initialState?: "serving" | "preparing";
  readonly creates?: boolean | undefined;
}

/** @throws LOCKED, OWNED_ELSEWHERE before the work; whatever the work throws. */
export async function withLease<T>(wish: LeaseWish, work: (lease: Lease) => Promise<T>): Promise<T> {
  const { identity, name, owner, purpose, initialState, creates } = wish;
  const session = await wish.host.record.open(wish.holder);
  try {
    const lease = await session.acquire({
      identity,
      name,
      owner,
      purpose,
      ...(wish.adopt && { adopt: true }),
      ...(initialState && { initialState }),
      ...(creates && { creates }),
    });
    try {
      return await work(lease);
    } finally {
      // The session's end frees it all the same. A failure here, as on a full disk, must not stand for what came of the work.
      await lease.release().catch(() => undefined);
    }
  } finally {
    await session.close();
  }
}
