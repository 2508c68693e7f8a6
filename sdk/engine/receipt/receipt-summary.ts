/**
 * The small part of a receipt, which the state keeps: enough to bring a workload up elsewhere when its host is gone, and to tell
 * whether it is what it was. Hashes and identities only.
 */
import type { SecretValues } from "../../spec/secret";
import type { DockerEngine } from "../docker/docker-engine";
import { type ImageStore, identityKey, identityOf } from "../image/image-identity";
import { secretHash } from "../secret/secret-versions";
import type { Receipt as AppliedReceipt } from "../workload/workload-request";

export interface ReceiptSummary {
  /** Hash of the normalised configuration with image ids; equal hashes run the same. */
  readonly hash: string;
  /** Service → identity of the image that runs (image-identity.ts). */
  readonly images: Readonly<Record<string, string>>;
  /** Service → hash of its configuration without the image. */
  readonly configurations: Readonly<Record<string, string>>;
  /** Service → secret → hash keyed by the workload's own key, as secret-versions.ts has it: tells when a value is another one. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Volume → what it held when that was last proved. */
  readonly data: Readonly<Record<string, DataProof>>;
}

export interface DataProof {
  /** As receipts have it: times left out. */
  readonly hash: string;
  /** ISO time. */
  readonly at: string;
}

export interface SummaryFacts {
  readonly applied: AppliedReceipt;
  readonly docker: Pick<DockerEngine, "inspectImage">;
  readonly imageStore: ImageStore;
  readonly secrets: SecretValues;
  readonly secretKey: string;
  readonly data: Readonly<Record<string, DataProof>>;
}

export async function summariseReceipt({
  applied,
  docker,
  imageStore,
  secrets,
  secretKey,
  data,
}: SummaryFacts): Promise<ReceiptSummary> {
  const ids = [...new Set(Object.values(applied.images))];
  const found = await Promise.all(ids.map(async (id) => [id, await docker.inspectImage(id)] as const));
  const keys = new Map(
    found.flatMap(([id, image]) => (image ? [[id, identityKey(identityOf(image, imageStore))] as const] : [])),
  );
  const images = Object.entries(applied.images).flatMap(([service, id]) => {
    const key = keys.get(id);
    return key === undefined ? [] : [[service, key] as const];
  });
  const { hash, configurations } = applied;
  return bounded({
    hash,
    images: Object.fromEntries(images),
    configurations: mapValues(configurations, (it) => it.slice(0, 16)),
    secrets: mapValues(secrets, (values) => mapValues(values, (value) => secretHash(value, secretKey))),
    data,
  });
}

/** State is written with every step: it stays small. What can be read from the host or the program goes first. */
const maximumBytes = 4096;

export function bounded(summary: ReceiptSummary): ReceiptSummary {
  const smaller: readonly Partial<ReceiptSummary>[] = [{}, { configurations: {} }, { configurations: {}, secrets: {} }];
  const fits = smaller.map((less) => ({ ...summary, ...less })).find((it) => JSON.stringify(it).length <= maximumBytes);
  return fits ?? { ...summary, configurations: {}, secrets: {}, images: {} };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
