import { builtTag } from "../../../../sdk/engine/image/build-request";
import { checkArchitecture } from "../../../../sdk/engine/image/check-architecture";
import { type ImageIdentity, identityKey, sameIdentityKey, sameImage } from "../../../../sdk/engine/image/image-identity";

const image: ImageIdentity = { configDigest: "sha256:c1", diffIds: ["sha256:a", "sha256:b"], platform: "linux/amd64" };

describe("the identity of an image", () => {
  it.each([
    ["configuration", { ...image, configDigest: "sha256:c2" }],
    ["layers", { ...image, diffIds: ["sha256:a", "sha256:x"] }],
    ["order of layers", { ...image, diffIds: ["sha256:b", "sha256:a"] }],
    ["platform", { ...image, platform: "linux/arm64" }],
  ])("differs with the %s", (_, other) => {
    expect(sameImage(image, other)).toBe(false);
    expect(identityKey(image)).not.toBe(identityKey(other));
  });

  it("is compared by layers and platform where a store does not tell the configuration", () => {
    const untold = { ...image, configDigest: undefined };
    expect(sameImage(image, untold)).toBe(true);
    expect(sameImage(untold, { ...image, diffIds: ["sha256:a"] })).toBe(false);
    expect(sameIdentityKey(identityKey(untold), identityKey(image))).toBe(true);
  });
});

describe("the architecture check", () => {
  const host = { name: "rack", arch: "x86_64" };
  it("refuses another architecture, naming both", () => {
    expect(() => checkArchitecture({ image: "api", platform: "linux/arm64/v8", host })).toThrow(
      expect.objectContaining({ code: "ARCH_MISMATCH", message: expect.stringMatching(/linux\/arm64.*rack.*amd64/) }),
    );
  });
  it.each(["linux/amd64", undefined])("lets %s pass on amd64", (platform) => {
    expect(() => checkArchitecture({ image: "api", platform, host })).not.toThrow();
  });
});

describe("the name of a built image", () => {
  it.each([
    ["api", "drayage/api:0123456789ab"],
    ["My Image_2", "drayage/my-image-2:0123456789ab"],
    ["Ü", "drayage/image:0123456789ab"],
  ])("makes %j a repository Docker accepts", (name, tag) => {
    expect(builtTag(name, "0123456789abcdef")).toBe(tag);
  });
});
