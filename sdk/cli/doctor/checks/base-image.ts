import { connectDocker } from "../../../engine/docker/docker-client";
import { type BaseImage, baseImageRef, obtainBaseImage } from "../../../lab/base-image";
import type { Check } from "../check";
import { forget, remember } from "../obtained";

export const baseImageCheck: Check = {
  name: "base image",
  hint: `Run \`docker pull ${baseImageRef}\`.`,
  look: async ({ socket }) => {
    const image = await connectDocker("local", socket).inspectImage(baseImageRef);
    return image === undefined ? { ok: false, detail: `${baseImageRef} is not on the engine` } : describe(image.Id);
  },
  obtain: async ({ socket, context, cacheDir }) => {
    const image: BaseImage = await obtainBaseImage(connectDocker("local", socket), context);
    // `npm run clean` removes what we brought, and only that.
    if (image.how === "present") await forget(cacheDir, "baseImage");
    else await remember(cacheDir, { baseImage: { ref: baseImageRef, id: image.id } });
    return { ok: true, detail: `${describe(image.id).detail}, ${image.how}` };
  },
};

function describe(id: string): { ok: true; detail: string } {
  return { ok: true, detail: `${baseImageRef} ${id.replace("sha256:", "").slice(0, 12)}` };
}
