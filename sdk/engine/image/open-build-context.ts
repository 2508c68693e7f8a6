import { isAbsolute, resolve } from "node:path";
import { packContext } from "../../context/pack-context";
import type { ImageSpec } from "../../spec/image";
import type { BuildContext } from "./build-request";

/** The context of an image as a builder takes it, re-hashed on the way. @throws INVALID_CONTEXT, CONTEXT_CHANGED */
export function openBuildContext(spec: ImageSpec, base: string, contentHash: string): Promise<BuildContext> {
  const { dockerfile, args, target, platform, ignoreFile } = spec;
  const options = {
    context: isAbsolute(spec.context) ? spec.context : resolve(base, spec.context),
    dockerfile,
    args,
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(ignoreFile === undefined ? {} : { ignoreFile }),
  };
  return packContext(options, contentHash);
}
