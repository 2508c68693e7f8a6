import { chooseApiVersion } from "../../../../sdk/engine/docker/api-version";

describe("the API version that is spoken", () => {
  it("is the engine's own while we know it", () => {
    expect(chooseApiVersion({ ApiVersion: "1.41", MinAPIVersion: "1.12" }, "rack")).toBe("1.41");
  });

  it("is the newest we know on a newer engine", () => {
    expect(chooseApiVersion({ ApiVersion: "1.52", MinAPIVersion: "1.44" }, "rack")).toBe("1.44");
  });

  it("is the engine's oldest where it dropped what we know", () => {
    expect(chooseApiVersion({ ApiVersion: "1.60", MinAPIVersion: "1.50" }, "rack")).toBe("1.50");
  });

  it("is refused below Docker 20.10, also when the minor has one digit", () => {
    for (const ApiVersion of ["1.40", "1.9"])
      expect(() => chooseApiVersion({ ApiVersion }, "rack")).toThrow(expect.objectContaining({ code: "DOCKER_TOO_OLD" }));
  });
});
