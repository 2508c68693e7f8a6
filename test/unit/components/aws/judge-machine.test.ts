import { judgeDisk } from "../../../../components/aws/judge-disk";
import { judgeMachine, tellLost } from "../../../../components/aws/judge-machine";

const made = { instance: "i-1", volume: "vol-1" };

describe("a machine that is not among those that live", () => {
  it.each([
    ["its disk is free", { sees: true, isUsed: false, isItsOwn: false }, { lost: true, diskElsewhere: false }],
    ["its disk is in another one", { sees: true, isUsed: true, isItsOwn: false }, { lost: true, diskElsewhere: true }],
    ["it still has its disk", { sees: true, isUsed: true, isItsOwn: true }, { lost: false, diskElsewhere: false }],
  ])("is judged where %s", (_, disk, standing) => expect(judgeMachine(made, disk)).toEqual(standing));

  it("is not taken for lost by who sees nothing of it: that may be another account", () => {
    const judged = judgeMachine(made, { sees: false, isUsed: false, isItsOwn: false });
    expect(judged).toMatchObject({ lost: false, warning: expect.stringMatching(/i-1.*vol-1.*right account and region/) });
  });

  it("is told of with the next command, by what became of its disk", () => {
    const serving = tellLost("cloud", made, false, false);
    expect(serving).toMatch(/^cloud: its machine i-1 is gone at Amazon, and no other is made in its place\. /);
    expect(serving).toContain('dataDisk: { volumeId: "vol-1" }, run `dray up`, then `dray restore');
    expect(serving).toContain('retired: "unseen"');
    const taken = tellLost("cloud", made, false, true);
    expect(taken).toMatch(/vol-1 is in another machine.*retired: "unseen"/);
    expect(taken).not.toContain("dray restore");
    expect(tellLost("cloud", made, true, true)).toContain("vol-1 is in another machine, and stays");
    expect(tellLost("cloud", made, true, false)).not.toContain("retired");
  });
});

describe("a volume that exists", () => {
  it("is for a machine of its zone, and for one alone", () => {
    const zone = "eu-central-1a";
    expect(judgeDisk("vol-1", { zone, isUsed: false }, undefined)).toEqual({ zone });
    expect(judgeDisk("vol-1", { zone, isUsed: false }, zone)).toEqual({ zone });
    expect(judgeDisk("vol-1", { zone, isUsed: false }, "eu-central-1b").problem).toEqual({
      path: "dataDisk.volumeId",
      reason: "'vol-1' is in eu-central-1a, and the subnet in eu-central-1b: take a subnet of its zone",
    });
    expect(judgeDisk("vol-1", { zone, isUsed: true }, zone).problem?.reason).toMatch(
      /is in another machine: two would write to it/,
    );
  });
});
