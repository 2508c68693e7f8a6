import type { Check } from "../check";

export const nodeCheck: Check = {
  name: "node",
  hint: "Install Node 20 or newer.",
  look: async () => ({ ok: Number(process.versions.node.split(".")[0]) >= 20, detail: process.versions.node }),
};
