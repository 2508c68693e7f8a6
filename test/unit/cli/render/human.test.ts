import { humanAge, humanBytes, humanRate, humanSeconds } from "../../../../sdk/cli/render/human";

describe("human sizes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [2_480_000, "2.5 MB"],
    [99_960_000, "100 MB"],
    [239_000_000, "239 MB"],
    [999_600_000, "1.0 GB"],
    [1_500_000_000_000, "1.5 TB"],
  ])("say %d as %s", (bytes, text) => expect(humanBytes(bytes)).toBe(text));

  it("say a rate per second", () => expect(humanRate(6_100_000)).toBe("6.1 MB/s"));
});

describe("human durations", () => {
  it.each([
    [0.041, "0.04 s"],
    [0.0999, "0.1 s"],
    [12.34, "12.3 s"],
    [59.96, "1 min"],
    [125, "2 min 5 s"],
    [3600, "1 h"],
    [3780, "1 h 3 min"],
    [90_000, "1 d 1 h"],
  ])("say %d seconds as %s", (seconds, text) => expect(humanSeconds(seconds)).toBe(text));

  it("say an age in one unit", () => {
    expect([4_000, 65_000, 7_200_000, 200_000_000].map((age) => humanAge(0, age))).toEqual(["4 s", "1 min", "2 h", "2 d"]);
  });
});
