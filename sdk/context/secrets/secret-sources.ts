import type { SecretRef } from "../../spec/secret-ref";
import { environmentSource } from "./environment-source";
import { fileSource } from "./file-source";
import type { SecretSource } from "./secret-source";
import { sopsSource } from "./sops-source";

/** Kind → the source that knows it. */
export const secretSources: { readonly [Kind in SecretRef["from"]]: SecretSource<Extract<SecretRef, { from: Kind }>> } = {
  environment: environmentSource,
  file: fileSource,
  sops: sopsSource,
};
