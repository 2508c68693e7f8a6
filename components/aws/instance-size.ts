/** What the name of an instance type says: its architecture, and whether its disks can be known by name. Pure. */
import type { Reader } from "../../sdk/spec/read";

export type Arch = "amd64" | "arm64";

/**
 * Letters, generation, attributes: `m7gd`, `c6in`, `g4dn`. Among the attributes `g` is Graviton; `a1` is its first generation, and `gb` of
 * `p6e-gb200` Nvidia's ARM. All else is x86.
 */
export function archOfSize(size: string): Arch {
  const [, family = "", attributes = "", variant = ""] = /^([a-z]+)\d+([a-z]*)(-[a-z0-9-]+)?\./.exec(size) ?? [];
  return family === "a" || attributes.includes("g") || variant.startsWith("-gb") ? "arm64" : "amd64";
}

export const readInstanceSize: Reader<string> = (value, place) => {
  if (typeof value !== "string" || !/^[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*$/.test(value))
    return place.expected("an instance type such as 't3.small'", value);
  const family = value.slice(0, value.indexOf("."));
  if (family.startsWith("mac")) return place.problem(`'${value}' runs macOS, and no Docker engine of Linux`);
  const next = value === "i3.metal" ? undefined : successors[family];
  if (next === undefined) return value;
  return place.problem(
    `'${value}' is of a Xen generation, whose disks have no stable names; its successor is ${next}: write '${sizeIn(next, value)}'`,
  );
};

/** Xen's families, each with a current one of the same purpose. */
const successors: Readonly<Record<string, string>> = {
  ...{ t1: "t3", t2: "t3" },
  ...{ m1: "m7i", m3: "m7i", m4: "m7i" },
  ...{ c1: "c7i", c3: "c7i", c4: "c7i", cc2: "c7i" },
  ...{ m2: "r7i", cr1: "r7i", r3: "r7i", r4: "r7i", x1: "x2idn", x1e: "x2iedn" },
  ...{ i2: "i4i", i3: "i4i", d2: "d3", h1: "d3", hs1: "d3" },
  ...{ g2: "g4dn", g3: "g4dn", g3s: "g4dn", p2: "g5", p3: "g5", f1: "f2" },
};

/** Sizes that the successor has, too; else its smallest that all of them have. */
function sizeIn(family: string, old: string): string {
  const size = old.slice(old.indexOf(".") + 1);
  const sizes =
    family === "t3" ? ["nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"] : ["large", "xlarge", "2xlarge"];
  const smallest: Readonly<Record<string, string>> = {
    t3: "micro",
    x2idn: "16xlarge",
    f2: "6xlarge",
    d3: "xlarge",
    g4dn: "xlarge",
    g5: "xlarge",
  };
  const has = sizes.includes(size) && (smallest[family] === undefined || family === "t3");
  return `${family}.${has ? size : (smallest[family] ?? "large")}`;
}
