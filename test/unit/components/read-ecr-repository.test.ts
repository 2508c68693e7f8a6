import { lifecyclePolicy, readEcrRepository } from "../../../components/aws/read-ecr-repository";

describe("the arguments of an EcrRepository", () => {
  it("have defaults that keep what a stack may need", () => {
    const spec = { repository: "api", untaggedDays: 14, protected: true };
    expect(readEcrRepository("api", {})).toEqual({ spec, problems: [] });
    const all = { repository: "team/api", untaggedDays: "keep", protected: false };
    expect(readEcrRepository("Api", all)).toEqual({ spec: all, problems: [] });
  });

  it("are refused together, by path", () => {
    const wrong = { repository: "Team/Api", untaggedDays: 0, kmsKeyId: "", tags: { "aws:x": "1" }, forceDelete: true };
    expect(
      readEcrRepository("api", wrong)
        .problems.map(({ path }) => path)
        .sort(),
    ).toEqual(["forceDelete", "kmsKeyId", "repository", 'tags["aws:x"]', "untaggedDays"]);
    expect(readEcrRepository("myApi", {}).problems).toEqual([
      { path: "repository", reason: expect.stringMatching(/is missing, and 'myApi' is no name for a repository/) },
    ]);
  });
});

describe("the lifecycle policy of an EcrRepository", () => {
  it("removes what no tag names any more, and nothing else", () => {
    const { rules } = JSON.parse(lifecyclePolicy(30)) as { rules: { selection: object; action: object }[] };
    expect(rules.map(({ selection, action }) => ({ ...selection, ...action }))).toEqual([
      { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 30, type: "expire" },
    ]);
  });
});
