/** Eventual consistency: what was just made is unknown to the next calls that mention it, each in the words AWS has for it. */
import type { ApiRequest, Refusal, WireAnswer } from "./wire";

interface Birth {
  /** Where its id is: an element of the answer, or for IAM a parameter of the request, as in `CreateRole` its RoleName. */
  readonly element: string;
  readonly code: string;
  readonly status: number;
}

const ec2 = (element: string, code: string): Birth => ({ element, code, status: 400 });
const iam = (element: string): Birth => ({ element, code: "NoSuchEntity", status: 404 });

const births: Readonly<Record<string, Birth>> = {
  CreateVpc: ec2("vpcId", "InvalidVpcID.NotFound"),
  CreateSubnet: ec2("subnetId", "InvalidSubnetID.NotFound"),
  CreateInternetGateway: ec2("internetGatewayId", "InvalidInternetGatewayID.NotFound"),
  CreateRouteTable: ec2("routeTableId", "InvalidRouteTableID.NotFound"),
  CreateSecurityGroup: ec2("groupId", "InvalidGroup.NotFound"),
  AuthorizeSecurityGroupIngress: ec2("securityGroupRuleId", "InvalidSecurityGroupRuleId.NotFound"),
  AuthorizeSecurityGroupEgress: ec2("securityGroupRuleId", "InvalidSecurityGroupRuleId.NotFound"),
  RunInstances: ec2("instanceId", "InvalidInstanceID.NotFound"),
  CreateVolume: ec2("volumeId", "InvalidVolume.NotFound"),
  CreateSnapshot: ec2("snapshotId", "InvalidSnapshot.NotFound"),
  AllocateAddress: ec2("allocationId", "InvalidAllocationID.NotFound"),
  AssociateAddress: ec2("associationId", "nothing"),
  AssociateRouteTable: ec2("associationId", "nothing"),
  CreateRole: iam("RoleName"),
  CreateInstanceProfile: iam("InstanceProfileName"),
  PutRolePolicy: iam("PolicyName"),
};

/** Asked by a filter AWS knows no error: it finds nothing. */
const nothing: Readonly<Record<string, string>> = { DescribeAddresses: "addressesSet", DescribeRouteTables: "routeTableSet" };

const profileUnknown: Refusal = {
  status: 400,
  code: "InvalidParameterValue",
  message: "Value for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
};

export interface Visibility {
  answered(request: ApiRequest, body: string): void;
  /** What this call gets instead of an answer, while something it mentions is too new. */
  refusal(request: ApiRequest): Refusal | WireAnswer | undefined;
}

/** `calls`: how many that mention it fail before one is answered, at each service for itself: what IAM knows EC2 may not. */
export function createVisibility(calls: number): Visibility {
  const unseen = new Map<string, { birth: Birth; told: Map<string, number> }>();
  return {
    answered(request, body) {
      const birth = births[request.operation];
      const id = birth && new RegExp(`<${birth.element}>([^<]+)</`).exec(body)?.[1];
      const name = birth?.code === "NoSuchEntity" ? request.parameters[birth.element] : undefined;
      const born = name ?? id;
      if (birth !== undefined && born !== undefined) unseen.set(born, { birth, told: new Map() });
    },
    refusal(request) {
      for (const value of request.values) {
        const young = unseen.get(value);
        const told = young?.told.get(request.service) ?? 0;
        if (young === undefined || told >= calls) continue;
        young.told.set(request.service, told + 1);
        return refusalOf(request, young.birth, value);
      }
      return undefined;
    },
  };
}

function refusalOf({ operation }: ApiRequest, { code, status }: Birth, id: string): Refusal | WireAnswer {
  if (operation === "RunInstances" && code === "NoSuchEntity") return profileUnknown;
  const set = nothing[operation];
  if (code !== "nothing" || set === undefined) {
    const said = code === "nothing" ? "InvalidAssociationID.NotFound" : code;
    return { status, code: said, message: `${id} does not exist` };
  }
  const body = `<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>fault</requestId><${set}/></${operation}Response>`;
  return { status: 200, type: "text/xml;charset=UTF-8", body };
}
