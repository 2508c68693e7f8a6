import { connectDocker } from "../../../engine/docker/docker-client";
import { baseImageRef, obtainBaseImage } from "../../../lab/base-image";
import { aptInstall } from "../apt-install";
import type { Check, Machine } from "../check";
import { forget, remember } from "../obtained";
import { runProgram } from "../run-program";

export const baseImageCheck: Check = {
  name: "base image",
  hint: `Run \`docker pull ${baseImageRef}\`.`,
  look: async ({ socket }) => {
    const image = await connectDocker("local", socket).inspectImage(baseImageRef);
    return image === undefined ? { ok: false, detail: `${baseImageRef} is not on the engine` } : describe(image.Id);
  },
  obtain: async (machine) => {
    const { socket, context, cacheDir } = machine;
    const image = await obtainBaseImage(connectDocker("local", socket), context, () => installBootstrapper(machine));
    // `npm run clean` removes what we brought, and only that.
    if (image.how === "present") await forget(cacheDir, "baseImage");
    else await remember(cacheDir, { baseImage: { ref: baseImageRef, id: image.id } });
    return { ok: true, detail: `${describe(image.id).detail}, ${image.how}` };
  },
};

/** Where it cannot be installed, making the image says what is missing. */
async function installBootstrapper(machine: Machine): Promise<void> {
  const there = await runProgram("mmdebstrap", ["--version"], { env: machine.env });
  if (there.code !== 0) await aptInstall(machine, ["mmdebstrap"]);
}

function describe(id: string): { ok: true; detail: string } {
  return { ok: true, detail: `${baseImageRef} ${id.replace("sha256:", "").slice(0, 12)}` };
}
