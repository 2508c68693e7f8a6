import fc from "fast-check";
import { formatByteSize, parseByteSize } from "../../../sdk/spec/byte-size";
import { splitCommandLine } from "../../../sdk/spec/command-line";
import { parseContainerPath } from "../../../sdk/spec/container-path";
import { formatDuration, parseDuration } from "../../../sdk/spec/duration";
import { parseImageReference } from "../../../sdk/spec/image-reference";
import { nearestName } from "../../../sdk/spec/nearest-name";
import { isName } from "../../../sdk/spec/resource-name";
import { cutSubnets, formatSubnet, parseSubnet, subnetsOverlap } from "../../../sdk/spec/subnet";

describe("a duration", () => {
  it.each([
    ["30s", 30_000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["200ms", 200],
    ["0", 0],
    ["0s", 0],
    ["1h0m0.5s", 3_600_500],
    ["1.1s", 1_100],
  ])("%s is %d ms", (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each(["", "30", "s", "1.5ms", "-1s", "1 s", "30sec", "1m 30s", "s30"])("%j is refused", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  it("survives being written and read", () => {
    fc.assert(fc.property(fc.nat(10 ** 12), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});

describe("a byte size", () => {
  it.each([
    ["512m", 512 * 1024 ** 2],
    ["1.5g", 1.5 * 1024 ** 3],
    ["64MiB", 64 * 1024 ** 2],
    ["10MB", 10 * 1024 ** 2],
    ["100", 100],
    ["7b", 7],
    ["1 k", 1024],
    ["0.1g", 107_374_182],
  ])("%s is %d bytes, as Docker reads it", (text, bytes) => expect(parseByteSize(text)).toBe(bytes));

  it.each(["", "m", "-1m", "1x", "1.m", "1e3", "1 mib b"])("%j is refused", (text) =>
    expect(parseByteSize(text)).toBeUndefined(),
  );

  it("survives being written and read", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => parseByteSize(formatByteSize(bytes)) === bytes));
    fc.assert(fc.property(fc.nat(1023), fc.nat(4), (n, p) => parseByteSize(formatByteSize(n * 1024 ** p)) === n * 1024 ** p));
  });
});

describe("an image reference", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  it.each([
    ["postgres:16", { registry: "docker.io", repository: "library/postgres", tag: "16" }],
    ["grafana/loki", { registry: "docker.io", repository: "grafana/loki" }],
    ["ghcr.io/owner/app:v1.2", { registry: "ghcr.io", repository: "owner/app", tag: "v1.2" }],
    ["localhost:5000/app", { registry: "localhost:5000", repository: "app" }],
    ["localhost/app", { registry: "localhost", repository: "app" }],
    [`nginx@${digest}`, { registry: "docker.io", repository: "library/nginx", digest }],
    [`r:5/a/b_c--d:t@${digest}`, { registry: "r:5", repository: "a/b_c--d", tag: "t", digest }],
  ])("%s is understood", (text, parts) => expect(parseImageReference(text)).toEqual(parts));

  it.each(["", "Postgres", "a:b:c", "a//b", "/a", "a@sha256:abc", "a b", "-a", "a".repeat(64), "a:-x"])("%j is refused", (text) =>
    expect(parseImageReference(text)).toBeUndefined(),
  );
});

describe("a command line", () => {
  it.each([
    ["npm run start", ["npm", "run", "start"]],
    ["sh -c 'echo \"$A b\"'", ["sh", "-c", 'echo "$A b"']],
    ['a "b c" d\\ e', ["a", "b c", "d e"]],
    ["a \"\" ''", ["a", "", ""]],
    ['a"b"c', ["abc"]],
    ['"\\n\\""', ['\\n"']],
    ["", []],
  ])("%j splits as a shell would", (line, words) => expect(splitCommandLine(line)).toEqual(words));

  it.each(["a 'b", 'a "b', "a\\"])("%j is refused: something is left open", (line) =>
    expect(splitCommandLine(line)).toBeUndefined(),
  );
});

describe("a path in a container", () => {
  it.each([
    ["/a/b/", "/a/b"],
    ["//a/./b", "/a/b"],
  ])("%s is %s", (text, path) => expect(parseContainerPath(text)).toBe(path));
  it.each(["/", "a", "/a/../b", "", "./a"])("%j is refused", (text) => expect(parseContainerPath(text)).toBeUndefined());
});

describe("a name", () => {
  it.each([
    ["service", "api", true],
    ["service", "api_2-x", true],
    ["service", "Api", false],
    ["service", "-api", false],
    ["service", "api-", false],
    ["service", "a".repeat(64), false],
    ["workload", "shop", true],
    ["workload", "shop.eu", false],
    ["volume", "pg.data", true],
    ["secret", "spring.datasource.password", true],
    ["secret", "../etc/passwd", false],
  ] as const)("for a %s: %s → %s", (thing, name, ok) => expect(isName(thing, name)).toBe(ok));
});

describe("the nearest name", () => {
  const known = ["environment", "envFile", "ports", "image", "stopGracePeriod"];
  it.each([
    ["enviroment", "environment"],
    ["prots", "ports"],
    ["env_file", "envFile"],
    ["stop_grace_period", "stopGracePeriod"],
    ["imgae", "image"],
    ["volumes", undefined],
    ["x", undefined],
  ])("%s → %s", (written, name) => expect(nearestName(written, known)).toBe(name));
});

describe("a subnet", () => {
  it.each(["10.213.0.0/16", "192.168.4.0/24"])("%s is read and written the same", (text) => {
    const parsed = parseSubnet(text);
    expect(parsed && formatSubnet(parsed)).toBe(text);
  });
  it.each(["10.213.0.1/16", "10.213.0.0", "300.0.0.0/8", "10.0.0.0/33", "fd00::/64"])("%s is refused", (text) =>
    expect(parseSubnet(text)).toBeUndefined(),
  );
  it("is cut into disjoint parts that fill it", () => {
    const range = parseSubnet("10.213.0.0/16");
    if (range === undefined) throw new Error("no range");
    const parts = [...cutSubnets(range, 24)];
    expect(parts).toHaveLength(256);
    expect(parts.slice(0, 2).map(formatSubnet)).toEqual(["10.213.0.0/24", "10.213.1.0/24"]);
    expect(parts.every((part, i) => parts.every((other, j) => i === j || !subnetsOverlap(part, other)))).toBe(true);
  });
});
