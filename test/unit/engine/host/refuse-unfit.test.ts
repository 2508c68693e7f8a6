import { type Candidate, refuseUnfit } from "../../../../sdk/engine/host/refuse-unfit";
import type { DrayageError } from "../../../../sdk/spec/drayage-error";

const arch = { by: "needs.arch", wanted: "arm64", has: "amd64" };
const memory = { by: "needs.memory", wanted: "8g of memory", has: "4g" };
const fits = (host: string, open = false): Candidate => ({ host, fit: { lacks: [], open } });
const lacks = (host: string, ...list: (typeof arch)[]): Candidate => ({ host, fit: { lacks: list, open: false } });

const refused = (others: readonly Candidate[], here = lacks("rack", arch, memory)): DrayageError | undefined => {
  try {
    refuseUnfit("shop", here, others);
    return undefined;
  } catch (error) {
    return error as DrayageError;
  }
};

describe("a workload on a host that lacks what it needs", () => {
  it("is refused with all that is missing in one error", () => {
    expect(refused([])).toMatchObject({
      code: "NEEDS_UNMET",
      exitCode: 13,
      subject: "shop on rack",
      message:
        "shop cannot live on rack: needs.arch asks for arm64, and it has amd64; needs.memory asks for 8g of memory, and it has 4g",
    });
  });

  it.each<[string, readonly Candidate[], string]>([
    ["the hosts that would do", [fits("cloud"), lacks("desk", arch), fits("edge")], "cloud and edge would do: host: cloud."],
    ["one that may, once it exists", [fits("cloud", true)], "cloud may, once it exists"],
    ["what each other one lacks", [lacks("cloud", arch)], "No other host would do: cloud lacks arm64"],
    ["that it is the only one", [], "has no other host"],
    ["who did not answer", [{ host: "cloud", fit: undefined }], "cloud did not answer"],
    ["to ask for less where nothing would do", [lacks("cloud", arch)], "ask for less in needs"],
  ])("is told %s", (_, others, hint) => {
    expect(refused(others)?.hint).toContain(hint);
  });

  it("is told of no way out where it is not refused", () => {
    expect(refused([lacks("cloud", arch)], fits("rack"))).toBeUndefined();
  });
});
