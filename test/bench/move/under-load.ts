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
    await settled();
    return { result, outageSeconds: (await client.stop()).longestGapSeconds };
  } finally {
    await client.stop();
  }
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 1000));
