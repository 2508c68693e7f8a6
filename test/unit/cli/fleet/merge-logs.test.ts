import { Readable } from "node:stream";
import { eachLine, inOrder, parseLogLine, parseSince } from "../../../../sdk/cli/fleet/merge-logs";

const at = (second: number, nanos = "000000000") => `2026-01-02T03:04:0${second}.${nanos}Z`;
const line = (source: string, time: string, text: string) => parseLogLine(`${time} ${text}`, source, "stdout");

describe("logs of several containers", () => {
  it("are ordered by time to the nanosecond", () => {
    const lines = [line("web", at(2), "c"), line("web", at(1, "000000002"), "b"), line("db", at(1, "000000001"), "a")];
    expect(inOrder(lines).map((it) => it.text)).toEqual(["a", "b", "c"]);
  });

  it("keep the order of one container's lines of one moment", () => {
    expect(inOrder([line("web", at(1), "1"), line("web", at(1), "2")]).map((it) => it.text)).toEqual(["1", "2"]);
  });

  it("leave a line without a time behind its predecessor", () => {
    const lines = [line("web", at(1), "a"), parseLogLine("no time here", "web", "stdout"), line("db", at(2), "c")];
    expect(inOrder(lines).map((it) => it.text)).toEqual(["a", "no time here", "c"]);
  });

  it("are cut into whole lines whatever the chunks, umlauts too", async () => {
    const bytes = Buffer.from("grün\nzwei\r\nohne Ende");
    const found: string[] = [];
    await eachLine(Readable.from([bytes.subarray(0, 3), bytes.subarray(3, 4), bytes.subarray(4)]), (it) => found.push(it));
    expect(found).toEqual(["grün", "zwei", "ohne Ende"]);
  });
});

describe("--since", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  it.each([
    ["90", 90],
    ["10m", 600],
    ["2h", 7200],
    ["1d", 86_400],
  ])("understands %s", (text, back) => expect(parseSince(text, now)).toBe(now / 1000 - back));
  it("understands a time", () => expect(parseSince("2026-01-01T00:00:00Z", now)).toBe(now / 1000 - 86_400));
  it("says no to the rest", () => expect(parseSince("yesterday-ish", now)).toBeUndefined());
});
