import fc from "fast-check";
import { addressAt, chooseSubnet } from "../../../sdk/lab/choose-subnet";
import { DrayageError } from "../../../sdk/spec/drayage-error";

describe("the subnet of a lab", () => {
  it("is the first of the range when nothing is taken", () => {
    expect(chooseSubnet("10.213.0.0/16", [])).toBe("10.213.0.0/27");
  });

  it("steps over subnets inside it and networks around it", () => {
    expect(chooseSubnet("10.213.0.0/16", ["10.213.0.0/27", "10.213.0.40/29", "172.17.0.0/16"])).toBe("10.213.0.64/27");
    expect(() => chooseSubnet("10.213.0.0/16", ["10.0.0.0/8"])).toThrow(DrayageError);
  });

  it("takes an interface's address for its whole network", () => {
    expect(chooseSubnet("192.0.2.0/24", ["192.0.2.2/25"])).toBe("192.0.2.128/27");
  });

  it("refuses a range that is none", () => {
    for (const range of ["10.213.0.0", "10.213.0.300/24", "10.213.0.0/40", "fd00::/64"]) {
      expect(() => chooseSubnet(range, [])).toThrow(/is not an IPv4 subnet/);
    }
  });

  it("never overlaps one given before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
        const given: string[] = [];
        for (let i = 0; i < count; i++) given.push(chooseSubnet("10.213.0.0/16", given));
        return new Set(given.map((subnet) => addressAt(subnet, 2))).size === count;
      }),
    );
  });
});

describe("the address of a lab host", () => {
  it("counts from the subnet's first and stops before its broadcast", () => {
    expect(addressAt("10.213.0.32/27", 2)).toBe("10.213.0.34");
    expect(addressAt("10.213.0.32/27", 30)).toBe("10.213.0.62");
    expect(() => addressAt("10.213.0.32/27", 31)).toThrow(/no room/);
  });
});
