import { type AwsProject, makeAwsProject } from "../support/aws/aws-project";
import { motoMissing } from "../support/aws/moto/start-moto";
import { describeUnless } from "../support/describe-unless";

jest.setTimeout(180_000);

describeUnless(motoMissing)("the stand-in for aws in front of a bad day at AWS", () => {
  let it_: AwsProject;

  beforeAll(async () => {
    it_ = await makeAwsProject();
  });

  afterAll(() => it_?.remove());

  it("comes up, stays and goes while each fourth call is throttled and nothing new is known to the next calls", async () => {
    const { aws, project, ended } = it_;
    aws.faults.throttle({ every: 4 });
    aws.faults.hideNew({ calls: 2 });
    expect(ended(await project.inline("up"))).toEqual([0, []]);
    expect(aws.faults.told()).toMatchObject({
      RequestLimitExceeded: expect.any(Number),
      Throttling: expect.any(Number),
      NoSuchEntity: expect.any(Number),
      InvalidParameterValue: expect.any(Number),
      "InvalidVpcID.NotFound": 2,
      "InvalidInstanceID.NotFound": 2,
      "InvalidVolume.NotFound": 2,
    });
    expect((await project.inline("preview")).summary?.changes).toEqual({ same: 23 });
    expect(ended(await project.inline("destroy"))).toEqual([0, []]);
  });
});
