/** Relative paths of registry credentials, from the program's folder: whoever uses them knows no program. */
import { isAbsolute, resolve } from "node:path";
import type { ServiceImageSpec } from "../spec/image";
import type { NormalisedWorkload } from "../spec/normalise-workload";
import type { PushSpec } from "../spec/registry";
import { isReference, type SecretRef } from "../spec/secret-ref";

export function anchoredPush<P extends PushSpec>(push: P, base: string): P {
  const { credentials } = push;
  if (credentials === undefined) return push;
  const entries = Object.entries(credentials).map(([key, value]) => [
    key,
    isReference(value) ? anchored(value as SecretRef, base) : value,
  ]);
  return { ...push, credentials: Object.fromEntries(entries) };
}

export function anchoredWorkload(content: NormalisedWorkload, base: string): NormalisedWorkload {
  if ("problems" in content) return content;
  const services = Object.entries(content.spec.services).map(([name, service]) => [
    name,
    { ...service, image: anchoredImage(service.image, base) },
  ]);
  return { ...content, spec: { ...content.spec, services: Object.fromEntries(services) } };
}

function anchoredImage(image: ServiceImageSpec, base: string): ServiceImageSpec {
  if (image.kind === "reference" || image.pushed === undefined) return image;
  return { ...image, pushed: anchoredPush(image.pushed, base) };
}

function anchored(ref: SecretRef, base: string): SecretRef {
  if (ref.from === "environment" || isAbsolute(ref.path) || ref.path.startsWith("~")) return ref;
  return { ...ref, path: resolve(base, ref.path) };
}
