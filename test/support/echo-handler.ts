/** A resource that does nothing but remember its inputs: Pulumi's own floor, for tests and for the benchmark. */

import { samePlain } from "../../sdk/provider/plain";
import type { ResourceHandler } from "../../sdk/provider/resource-handler";

export const echoHandler: ResourceHandler = {
  refreshBeforeUpdate: true,
  check: ({ news }) => ({ inputs: news, problems: [] }),
  diff: ({ oldInputs, news }) => {
    const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(news)])];
    const changed = keys.filter((key) => !samePlain(oldInputs[key], news[key]));
    return { changed: changed.length > 0, detailedDiff: Object.fromEntries(changed.map((key) => [key, "update" as const])) };
  },
  create: async ({ name, news }) => ({ id: `${name}-echo`, outputs: news }),
  read: async ({ id, olds, oldInputs }) => ({ id, outputs: olds, inputs: oldInputs }),
  update: async ({ news }) => ({ outputs: news }),
  delete: async () => undefined,
};
