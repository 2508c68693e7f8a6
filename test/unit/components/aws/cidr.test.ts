import { isIP } from "node:net";
import fc from "fast-check";
import { formatIpv4, isWorld, parseCidr } from "../../../../components/aws/cidr";
import { endpointAddressIn } from "../../../../components/aws/endpoint-address";

describe("a range of addresses", () => {
  it.each(["198.51.100.0/24", "10.0.0.7/32", "0.0.0.0/0", "::/0", "2001:db8::/32", "2001:db8::1/128", "::ffff:10.0.0.0/104"])(
    "is %s",
    (text) => expect(parseCidr(text)?.text).toBe(text),
  );

  it.each([
    "198.51.100.7/24",
    "198.51.100.0",
    "198.51.100.0/33",
    "256.0.0.0/8",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/ 8",
    "2001:db8::1/32",
    "2001:db8::/129",
    "fe80::%eth0/64",
    "cloud.example.com",
    "",
  ])("is not %j", (text) => expect(parseCidr(text)).toBeUndefined());

  it("is the world when hardly anything is left out", () => {
    const world = (text: string) => isWorld(parseCidr(text) as NonNullable<ReturnType<typeof parseCidr>>);
    expect(["0.0.0.0/0", "128.0.0.0/1", "0.0.0.0/7", "::/0", "2000::/3"].map(world)).toEqual([true, true, true, true, true]);
    expect(["10.0.0.0/8", "198.51.100.0/24", "2001:db8::/32"].map(world)).toEqual([false, false, false]);
  });
});

describe("a second private address", () => {
  it("is in the upper half of its subnet, never its last, and the same in every run", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 28 }), fc.string({ minLength: 1 }), (prefix, host) => {
        const address = endpointAddressIn(`10.0.0.0/${prefix}`, host) ?? "";
        expect(isIP(address)).toBe(4);
        const offset = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) - 10 * 2 ** 24;
        const size = 2 ** (32 - prefix);
        expect(offset >= size / 2 && offset < size - 1).toBe(true);
        expect(endpointAddressIn(`10.0.0.0/${prefix}`, host)).toBe(address);
      }),
    );
  });

  it("is none in what is no subnet of Amazon's", () => {
    expect(["10.0.0.0/8", "10.0.0.0/29", "2001:db8::/64", ""].map((range) => endpointAddressIn(range, "cloud"))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(formatIpv4(0x0ad70007n)).toBe("10.215.0.7");
  });
});
