/** What a container of ours says of itself. */
import type { ContainerInspect } from "../docker/docker-engine";
import { label } from "../labels";
import type { WantedContainer } from "../workload/wanted-container";

export function serviceOf({ Config }: ContainerInspect): string {
  return Config.Labels?.[label.service] ?? "";
}

/** What the label says it was made from: only names are taken from it, never values. */
export function madeOf(inspect: ContainerInspect | undefined): Partial<WantedContainer> | undefined {
  try {
    return JSON.parse(inspect?.Config.Labels?.[label.spec] ?? "") as Partial<WantedContainer>;
  } catch {
    return undefined;
  }
}
