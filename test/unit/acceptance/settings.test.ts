import { acceptanceSettings } from "../../acceptance/settings";

const named = { DRAYAGE_AWS_ACCEPTANCE: "eu-central-1", DRAYAGE_AWS_ACCEPTANCE_TAG: "ci" };

describe("the acceptance test on AWS", () => {
  it("runs nowhere unless a region is named", () => {
    const absent = { where: "nowhere", reason: "not run: DRAYAGE_AWS_ACCEPTANCE is not set (docs/aws-account.md)" };
    for (const region of [undefined, ""])
      expect(acceptanceSettings({ ...named, DRAYAGE_AWS_ACCEPTANCE: region })).toEqual(absent);
  });

  it("runs where it is told, under a budget's tag, and takes others' things for left over after four hours", () => {
    const env = { ...named, DRAYAGE_AWS_ACCEPTANCE_SSH_FROM: "198.51.100.7/32,2001:db8::/64" };
    const sshFrom = ["198.51.100.7/32", "2001:db8::/64"];
    expect(acceptanceSettings(env)).toEqual({ where: "aws", region: "eu-central-1", budget: "ci", maxAgeHours: 4, sshFrom });
    expect(acceptanceSettings({ ...env, DRAYAGE_AWS_ACCEPTANCE_HOURS: "12" })).toMatchObject({ maxAgeHours: 12 });
  });

  it("does not begin while something is missing, and names all of it", () => {
    const env = { DRAYAGE_AWS_ACCEPTANCE: "Frankfurt", DRAYAGE_AWS_ACCEPTANCE_HOURS: "soon" };
    const names = [/ACCEPTANCE is no region: Frankfurt/, /_TAG is not set/, /_SSH_FROM is not set/, /_HOURS is not at least 1/];
    for (const told of names) expect(() => acceptanceSettings(env)).toThrow(told);
    expect(() =>
      acceptanceSettings({ ...named, DRAYAGE_AWS_ACCEPTANCE_SSH_FROM: "::/0", DRAYAGE_AWS_ACCEPTANCE_HOURS: "0" }),
    ).toThrow();
  });
});
