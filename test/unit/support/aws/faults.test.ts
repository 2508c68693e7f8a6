import { createFaults, noCapacity } from "../../../support/aws/faults/faults";
import { parseRequest } from "../../../support/aws/faults/wire";

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20261125/eu-central-1/${service}/aws4_request`,
});
const ec2 = (form: string) => parseRequest("POST", "/", signed("ec2"), form);

describe("faults at AWS", () => {
  it("are none until they are asked for", () => {
    expect(createFaults().verdict(ec2("Action=RunInstances"))).toBeUndefined();
  });

  it("throttle each service in its own words", () => {
    const faults = createFaults();
    faults.throttle({ every: 1 });
    const target = { ...signed("ecr"), "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.CreateRepository" };
    expect(faults.verdict(ec2("Action=DescribeVpcs"))).toMatchObject({
      status: 503,
      body: expect.stringContaining("<Code>RequestLimitExceeded<"),
    });
    expect(faults.verdict(parseRequest("POST", "/", signed("iam"), "Action=GetRole"))).toMatchObject({
      status: 400,
      body: expect.stringContaining("<Code>Throttling<"),
    });
    expect(faults.verdict(parseRequest("POST", "/", target, "{}"))).toMatchObject({
      status: 400,
      body: expect.stringContaining('"__type":"ThrottlingException"'),
    });
    expect(faults.told()).toEqual({ RequestLimitExceeded: 1, Throttling: 1, ThrottlingException: 1 });
  });

  it("hide what is new from the first calls that mention it, at each service for itself", () => {
    const faults = createFaults();
    faults.hideNew({ calls: 1 });
    const iam = (form: string) => parseRequest("POST", "/", signed("iam"), form);
    faults.answered(iam("Action=CreateInstanceProfile&InstanceProfileName=cloud"), "<CreateInstanceProfileResponse/>");
    const asked = iam("Action=GetInstanceProfile&InstanceProfileName=cloud");
    expect([faults.verdict(asked)?.status, faults.verdict(asked)]).toEqual([404, undefined]);
    const run = ec2("Action=RunInstances&IamInstanceProfile.Name=cloud");
    expect([faults.verdict(run)?.body, faults.verdict(run)]).toEqual([
      expect.stringContaining("Invalid IAM Instance Profile name"),
      undefined,
    ]);
  });

  it("answer a question by filter with nothing", () => {
    const faults = createFaults();
    faults.hideNew({ calls: 1 });
    faults.answered(ec2("Action=AssociateAddress"), "<associationId>eipassoc-1</associationId>");
    expect(faults.verdict(ec2("Action=DescribeAddresses&Filter.1.Value.1=eipassoc-1"))).toMatchObject({ status: 200 });
  });

  it("fail an operation as often as is said", () => {
    const faults = createFaults();
    faults.fail({ ...noCapacity, times: 2 });
    const verdicts = [1, 2, 3].map(() => faults.verdict(ec2("Action=RunInstances"))?.status);
    expect(verdicts).toEqual([500, 500, undefined]);
  });
});
