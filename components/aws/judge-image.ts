/** Whether a machine of this size can boot this image, by what Amazon says of both. Pure. */
import type { FoundMachineImage } from "../../sdk/resources/machine-image";
import { amazonArch, dockerArch } from "./machine-systems";
import type { Ec2HostSpec } from "./read-ec2-host";

export type Answer<T> = T | { readonly error: string };

export interface SizeFacts {
  /** Amazon's words, `x86_64`. */
  readonly supportedArchitectures: readonly string[];
  /** `nitro`, `xen`, or empty for bare metal. */
  readonly hypervisor: string;
}

export interface ImageFacts {
  readonly id: string;
  /** Amazon's word. */
  readonly architecture: string;
}

export function judgeImage(
  { size, arch, image }: Pick<Ec2HostSpec, "size" | "arch" | "image">,
  sizeFacts: Answer<SizeFacts>,
  imageFacts: Answer<ImageFacts>,
): FoundMachineImage {
  const wrong = (path: string, reason: string): FoundMachineImage => ({ problem: { path, reason } });
  if ("error" in sizeFacts) return wrong("size", `'${size}' is not known to Amazon in this region: ${sizeFacts.error}`);
  if (sizeFacts.hypervisor === "xen") return wrong("size", `'${size}' is of a Xen generation, whose disks have no stable names`);
  if (!sizeFacts.supportedArchitectures.includes(amazonArch(arch)))
    return wrong(
      "size",
      `'${size}' is ${sizeFacts.supportedArchitectures.map(dockerArch).join(" or ")}, not ${arch} as its name says`,
    );
  const path = "id" in image ? "image.id" : "image.os";
  const name = "id" in image ? image.id : image.os;
  if ("error" in imageFacts) return wrong(path, `no image '${name}' for ${arch} in this region: ${imageFacts.error}`);
  if (imageFacts.architecture !== amazonArch(arch))
    return wrong(path, `'${name}' is ${dockerArch(imageFacts.architecture)}, and ${size} is ${arch}`);
  return { imageId: imageFacts.id };
}
