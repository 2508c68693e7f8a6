import { checkTransport } from "../../../../sdk/engine/image/check-transport";

const check =
  (registry: string, insecureRegistries: readonly string[], insecure = false) =>
  () =>
    checkTransport({ host: "rack", registry, insecureRegistries, insecure });

describe("a registry that an engine may use without TLS", () => {
  it.each([
    ["127.0.0.1:5000", ["127.0.0.0/8"]],
    ["localhost:5000", ["127.0.0.0/8"]],
    ["10.1.2.3:5000", ["10.0.0.0/8", "127.0.0.0/8"]],
    ["registry.example:5000", ["registry.example:5000"]],
    ["[::1]:5000", ["::1/128"]],
  ])("is refused unless the program says so: %s", (registry, ranges) => {
    expect(check(registry, ranges)).toThrow(expect.objectContaining({ code: "REGISTRY_INSECURE" }));
    expect(check(registry, ranges, true)).not.toThrow();
  });

  it.each([
    ["ghcr.io", ["127.0.0.0/8"]],
    ["10.1.2.3:5000", ["127.0.0.0/8", "::1/128"]],
    ["registry.example:5001", ["registry.example:5000"]],
    ["[2001:db8::1]:5000", ["127.0.0.0/8", "::1/128"]],
  ])("is no matter where the engine wants TLS: %s", (registry, ranges) => expect(check(registry, ranges)).not.toThrow());
});
