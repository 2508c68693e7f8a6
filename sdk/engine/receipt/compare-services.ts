/** One service on two hosts: its containers one by one, what was delivered to it. Pure. */
import { sameIdentityKey } from "../image/image-identity";
import { diffFields } from "../workload/diff-fields";
import { allowed, difference, type Finding, namesOf } from "./comparison";
import type { ImageReceipt, ReplicaReceipt, SecretReceipt, ServiceReceipt } from "./receipt";

export function compareService(
  at: string,
  a: ServiceReceipt | undefined,
  b: ServiceReceipt | undefined,
  sameKey: boolean,
): Finding[] {
  if (a === undefined || b === undefined) return [difference(at, a && "runs", b && "runs")];
  const several = Math.max(a.replicas.length, b.replicas.length) > 1;
  const replicas = a.replicas.flatMap((one, index) => {
    const other = b.replicas[index];
    return other === undefined ? [] : compareReplica(several ? `${at}.${index + 1}` : at, one, other);
  });
  return [
    ...(a.replicas.length === b.replicas.length ? [] : [difference(`${at}.replicas`, a.replicas.length, b.replicas.length)]),
    ...replicas,
    ...namesOf(a.secrets, b.secrets).flatMap((name) =>
      compareSecret(`${at}.secrets.${name}`, a.secrets[name], b.secrets[name], sameKey),
    ),
    ...diffFields(a.configs, b.configs, `${at}.configs`).map(({ path, was, is }) => difference(path, was, is)),
  ];
}

function compareReplica(at: string, a: ReplicaReceipt, b: ReplicaReceipt): Finding[] {
  return [
    ...compareImage(`${at}.image`, a.image, b.image),
    ...diffFields(a.configuration, b.configuration, at).map(
      ({ path, was, is }): Finding => ({ kind: configurationKind(path.slice(at.length + 1), was, is), path, a: was, b: is }),
    ),
    ...diffFields(standing(a), standing(b), at).map(({ path, was, is }) => difference(path, was, is)),
    ...compareHealth(`${at}.health`, a.health, b.health),
    ...(a.containerId === b.containerId ? [] : [allowed(`${at}.containerId`, a.containerId, b.containerId)]),
    ...(a.startedAt === b.startedAt ? [] : [allowed(`${at}.startedAt`, a.startedAt, b.startedAt)]),
  ];
}

function standing({ state, exitCode }: ReplicaReceipt): Record<string, unknown> {
  return { state, ...(exitCode === undefined || exitCode === 0 ? {} : { exitCode }) };
}

function compareHealth(path: string, a: ReplicaReceipt["health"], b: ReplicaReceipt["health"]): Finding[] {
  if (a === b) return [];
  const early = [a, b].every((health) => health === "healthy" || health === "starting");
  return early ? [{ kind: "environment", path, a, b, note: "Docker has not asked it yet" }] : [difference(path, a, b)];
}

/** What an engine decides by its version and its kernel, whatever it is asked for. */
const decidedByEngine = ["cgroupNamespace", "maskedPaths", "readonlyPaths", "memorySwapBytes"];

function configurationKind(path: string, a: unknown, b: unknown): Finding["kind"] {
  const [word = ""] = path.split(".");
  if (decidedByEngine.includes(word)) return "environment";
  return word === "ports" && isOwnAddress(a) && isOwnAddress(b) ? "allowed" : "difference";
}

/** One of the host's own, which another host cannot have; loopback and "all" mean the same everywhere. */
function isOwnAddress(value: unknown): boolean {
  return typeof value === "string" && value !== "" && !["0.0.0.0", "::", "::1"].includes(value) && !value.startsWith("127.");
}

function compareImage(at: string, a: ImageReceipt, b: ImageReceipt): Finding[] {
  if (a.identity === undefined || b.identity === undefined) {
    const missing = a.identity === undefined ? "A" : "B";
    return [
      { kind: "unknown", path: at, a: a.identity, b: b.identity, note: `the image is no longer on the host of ${missing}` },
    ];
  }
  if (sameIdentityKey(a.identity, b.identity)) return [];
  if (a.platform !== b.platform) return [difference(`${at}.platform`, a.platform, b.platform)];
  const common = a.layers.findIndex((layer, index) => layer !== b.layers[index]);
  const equal = common < 0 ? a.layers.length : common;
  const layers = Math.max(a.layers.length, b.layers.length);
  const note = equal === layers ? "equal layers, another configuration" : `another build: ${equal} of ${layers} layers are equal`;
  return [{ ...difference(at, a.identity, b.identity), note }];
}

function compareSecret(at: string, a: SecretReceipt | undefined, b: SecretReceipt | undefined, sameKey: boolean): Finding[] {
  if (a === undefined || b === undefined) return [difference(at, a && "delivered", b && "delivered")];
  const { hash: oneHash, envHash: oneEnv, ...one } = a;
  const { hash: otherHash, envHash: otherEnv, ...other } = b;
  const attributes = diffFields(one, other, at).map(({ path, was, is }) => difference(path, was, is));
  if (!sameKey)
    return [...attributes, { kind: "unknown", path: at, a: undefined, b: undefined, note: "hashed with different keys" }];
  const values = [
    ...(oneHash === otherHash ? [] : [{ ...difference(at, brief(oneHash), brief(otherHash)), note: "another value" }]),
    ...(oneEnv === otherEnv ? [] : [{ ...difference(`${at}.env`, brief(oneEnv), brief(otherEnv)), note: "another value" }]),
  ];
  return [...attributes, ...values];
}

function brief(hash: string | undefined): string | undefined {
  return hash?.slice(0, 8);
}
