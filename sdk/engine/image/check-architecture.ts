/** An image of another architecture loads without complaint and fails when it starts: so it is refused before anything is sent. */
import { DrayageError } from "../../spec/drayage-error";

export interface ArchitectureCheck {
  /** The image in the user's words. */
  readonly image: string;
  /** `linux/amd64`; undefined while nobody knows, which passes. */
  readonly platform: string | undefined;
  readonly host: { readonly name: string; readonly arch: string };
}

/** @throws ARCH_MISMATCH */
export function checkArchitecture({ image, platform, host }: ArchitectureCheck): void {
  const arch = platform?.split("/")[1];
  if (arch === undefined || host.arch === "" || dockerArch(arch) === dockerArch(host.arch)) return;
  throw new DrayageError(
    "ARCH_MISMATCH",
    `image ${image} is built for ${platform}, and ${host.name} runs linux/${dockerArch(host.arch)}`,
    {
      subject: `${image} on ${host.name}`,
      hint: `build it with platform: "linux/${dockerArch(host.arch)}", or on a builder of that architecture`,
    },
  );
}

/** The kernel's words (uname) in Docker's. */
export function dockerArch(arch: string): string {
  return { x86_64: "amd64", aarch64: "arm64", armv7l: "arm", i686: "386" }[arch] ?? arch;
}
