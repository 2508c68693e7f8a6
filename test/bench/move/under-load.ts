import { OutageClient } from "../../../demo/outage-client";
import type { Shop } from "../../../demo/shop";

export interface UnderLoad<T> {
  readonly result: T;
  /** Longest time in which neither host committed a write, of a client that asked both every 20 ms. */
  readonly outageSeconds: number;
}

/** Writes before, while and after something is done. */
export async function underLoad<T>(shop: Shop, act: () => Promise<T>): Promise<UnderLoad<T>> {
  const client = new OutageClient(shop.writeQuestion(), shop.databaseAddresses);
  try {
    await settled();
    const result = await act();
    await answers(shop);
    await settled();
    return { result, outageSeconds: (await client.stop()).longestGapSeconds };
  } finally {
    await client.stop();
  }
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 1000));

/** A database that was only just started answers a little later. */
async function answers(shop: Shop): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await shop.count();
      return;
    } catch (error) {
      if (attempt === 60) throw error;
      await settled();
    }
  }
}
