/** On every Docker object of a lab; the value is the lab's random id. Labs are not workloads, so `labels.ts` is not used here. */
export const labLabel = "dev.drayage.lab";
/** On lab images; the value is the hash of what they were built from. */
export const labImageLabel = "dev.drayage.lab-image";

export function labLabels(id: string): Record<string, string> {
  return { [labLabel]: id };
}
