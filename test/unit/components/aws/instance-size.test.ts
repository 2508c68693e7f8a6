import { archOfSize, readInstanceSize } from "../../../../components/aws/instance-size";
import type { Problem } from "../../../../sdk/spec/drayage-error";
import { Place } from "../../../../sdk/spec/place";

const read = (size: unknown): string => {
  const problems: Problem[] = [];
  const value = readInstanceSize(size, Place.root(problems));
  return problems[0]?.reason ?? String(value);
};

describe("the architecture of an instance type", () => {
  it.each([
    ["t3.small", "amd64"],
    ["t4g.small", "arm64"],
    ["m7g.large", "arm64"],
    ["c7gd.16xlarge", "arm64"],
    ["c6gn.medium", "arm64"],
    ["im4gn.large", "arm64"],
    ["is4gen.large", "arm64"],
    ["x2gd.metal", "arm64"],
    ["hpc7g.4xlarge", "arm64"],
    ["r8gb.large", "arm64"],
    ["a1.medium", "arm64"],
    ["g5g.xlarge", "arm64"],
    ["p6e-gb200.36xlarge", "arm64"],
    // Families whose name has a g, and a Graviton has not.
    ["g4dn.xlarge", "amd64"],
    ["g4ad.xlarge", "amd64"],
    ["g6e.xlarge", "amd64"],
    ["gr6.4xlarge", "amd64"],
    ["m7i-flex.large", "amd64"],
    ["m7a.large", "amd64"],
    ["m5zn.large", "amd64"],
    ["u7i-12tb.224xlarge", "amd64"],
    ["u-6tb1.56xlarge", "amd64"],
    ["hpc6id.32xlarge", "amd64"],
  ])("of %s is %s", (size, arch) => expect(archOfSize(size)).toBe(arch));
});

describe("an instance type", () => {
  it.each(["t3.small", "i3.metal", "u-6tb1.56xlarge", "p3dn.24xlarge"])("%s is taken", (size) => expect(read(size)).toBe(size));

  it.each([
    ["t2.micro", "write 't3.micro'"],
    ["m4.2xlarge", "write 'm7i.2xlarge'"],
    ["m4.10xlarge", "write 'm7i.large'"],
    ["i3.large", "write 'i4i.large'"],
    ["g3s.xlarge", "write 'g4dn.xlarge'"],
    ["x1.16xlarge", "write 'x2idn.16xlarge'"],
  ])("%s of Xen is refused with a current one", (size, hint) => expect(read(size)).toContain(hint));

  it.each([
    ["mac2.metal", "runs macOS"],
    ["t3", "expected an instance type"],
    ["T3.small", "expected an instance type"],
    [3, "expected an instance type"],
    [undefined, "expected an instance type"],
  ])("%s is refused", (size, reason) => expect(read(size)).toContain(reason));
});
