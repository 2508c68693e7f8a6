/** Asks Amazon for the image that a new machine boots, and whether its size can. Never fails: what went wrong is told by MachineImage. */
import { getAmi } from "@pulumi/aws/ec2/getAmi";
import { getInstanceType } from "@pulumi/aws/ec2/getInstanceType";
import type { InvokeOptions } from "@pulumi/pulumi";
import type { FoundMachineImage } from "../../sdk/resources/machine-image";
import { type Answer, judgeImage } from "./judge-image";
import { queryOf } from "./machine-systems";
import type { Ec2HostSpec } from "./read-ec2-host";

export async function findImage(spec: Ec2HostSpec, options: InvokeOptions): Promise<FoundMachineImage> {
  const { owners, filters, includeDeprecated } = queryOf(spec.image, spec.arch);
  const [size, image] = await Promise.all([
    answered(getInstanceType({ instanceType: spec.size }, options)),
    answered(
      getAmi(
        {
          mostRecent: true,
          includeDeprecated,
          filters: filters.map(({ name, values }) => ({ name, values: [...values] })),
          ...(owners !== undefined && { owners: [...owners] }),
        },
        options,
      ),
    ),
  ]);
  return judgeImage(spec, size, image);
}

const answered = <T>(answer: Promise<T>): Promise<Answer<T>> =>
  answer.catch((error: unknown) => ({ error: (error instanceof Error ? error.message : String(error)).slice(0, 300) }));
