import { DrayageError } from "../../../spec/drayage-error";
import type { Check, Found, Machine } from "../check";
import { buildPulumi } from "../pulumi/build-pulumi";
import { findPulumi, oldestPulumi } from "../pulumi/find-pulumi";

export const pulumiCliCheck: Check = {
  name: "pulumi CLI",
  hint: `Install Pulumi ${oldestPulumi} or newer (https://www.pulumi.com/docs/install), or point DRAYAGE_PULUMI at one.`,
  look,
  obtain: async (machine) => {
    const before = await look(machine);
    if (before.ok || machine.env.DRAYAGE_PULUMI) return before;
    try {
      await buildPulumi(machine);
    } catch (error) {
      return unfit(error);
    }
    return look(machine);
  },
};

async function look({ env }: Machine): Promise<Found> {
  try {
    const { version, path, how } = await findPulumi(env);
    return { ok: true, detail: `${version} (${how}: ${path})` };
  } catch (error) {
    return unfit(error);
  }
}

function unfit(error: unknown): Found {
  if (error instanceof DrayageError) return { ok: false, detail: error.message };
  throw error;
}
